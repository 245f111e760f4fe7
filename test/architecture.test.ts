/** The layers of ARCHITECTURE.md: who may import whom, and what the core never touches. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../server/src/', import.meta.url));
/** A folder imports only from those before it. */
const layers = ['text', 'knowledge', 'program', 'syntax', 'analysis', 'rule', 'rules', 'lint', 'project', 'service', 'lsp', 'cli'];
/** May use Node and the protocol. */
const edges = ['lsp', 'cli'];
/** Packages that the core may use: they need neither files nor an editor. */
const corePackages: Readonly<Record<string, readonly string[]>> = { syntax: ['web-tree-sitter', 'yaml', 'jsonc-parser', 'sax'], project: ['smol-toml', 'ignore'], service: [] };

interface Import { readonly file: string; readonly layer: string; readonly target: string; readonly typeOnly: boolean }

function imports(): Import[] {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  return files.flatMap((file) => {
    const text = readFileSync(join(root, file), 'utf8');
    const found = [...text.matchAll(/^\s*(?:import|export)\s(type\s)?[^'"`;]*?from\s*['"]([^'"]+)['"]/gm), ...text.matchAll(/^\s*import\s*(type )?\s*['"]([^'"]+)['"]/gm), ...text.matchAll(/\bimport\((type )?\s*['"]([^'"]+)['"]/g)];
    return found.map((match) => ({ file, layer: file.split(/[\\/]/)[0]!, target: match[2]!, typeOnly: Boolean(match[1]) }));
  });
}

const all = imports();
const targetOf = ({ file, target }: Import): string => relative(root, resolve(root, dirname(file), target)).replaceAll('\\', '/');
const isOwn = ({ target }: Import): boolean => target.startsWith('.');

describe('the layers', () => {
  it('are all there, and there are no others', () => {
    const folders = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name);
    expect(folders.filter((name) => !layers.includes(name))).toEqual([]);
    expect(all.length).toBeGreaterThan(50);
  });

  it('import only from those before them', () => {
    const wrong = all.filter(isOwn).filter((each) => {
      const target = targetOf(each).split('/')[0]!;
      if (target === '..') return false;
      return layers.indexOf(target) > layers.indexOf(each.layer);
    });
    expect(wrong.map(({ file, target }) => `${file} imports ${target}`)).toEqual([]);
  });

  it('of the core reach nothing outside server/src', () => {
    expect(all.filter(isOwn).filter((each) => !edges.includes(each.layer) && targetOf(each).startsWith('..')).map(({ file, target }) => `${file} imports ${target}`)).toEqual([]);
  });

  it('of the core know neither Node, nor the protocol, nor the editor', () => {
    const wrong = all.filter((each) => !isOwn(each) && !edges.includes(each.layer) && !(corePackages[each.layer] ?? []).includes(each.target));
    expect(wrong.map(({ file, target }) => `${file} imports ${target}`)).toEqual([]);
  });

  it('keep the parser to syntax/', () => {
    expect(all.filter(({ target, layer }) => target === 'web-tree-sitter' && layer !== 'syntax').map(({ file }) => file)).toEqual([]);
  });

  it('of the core name no global of Node', () => {
    const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts') && !edges.includes(file.split(/[\\/]/)[0]!));
    const wrong = files.filter((file) => /\b(process\.(env|argv|cwd|exit|platform)|Buffer\.|__dirname|require\()/.test(readFileSync(join(root, file), 'utf8').replace(/(\/\*[^]*?\*\/|\/\/.*)/g, '').replace(/(['"`])(?:\\.|(?!\1)[^\\])*\1/g, "''")));
    expect(wrong).toEqual([]);
  });
});

describe('rules', () => {
  const ofRules = all.filter(({ layer, file }) => layer === 'rules' && !/index\.ts$/.test(file));
  it('never import one another', () => {
    expect(ofRules.filter(isOwn).filter((each) => targetOf(each).startsWith('rules/')).map(({ file, target }) => `${file} imports ${target}`)).toEqual([]);
  });
  it('never look at syntax', () => {
    expect(ofRules.filter(isOwn).filter((each) => targetOf(each).startsWith('syntax/')).map(({ file, target }) => `${file} imports ${target}`)).toEqual([]);
  });
  it('keep nothing between runs', () => {
    const wrong = ofRules.map(({ file }) => file).filter((file, index, files) => files.indexOf(file) === index && /^(let|var) /m.test(readFileSync(join(root, file), 'utf8')));
    expect(wrong).toEqual([]);
  });
});
