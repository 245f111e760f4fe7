/**
 * Where Scala's names are defined: packages are no files, so an index of the project's files by package and top-level
 * name, found without parsing them, tells which file an import or a name of the own package leads to.
 */
import type { ProjectFiles } from './files.ts';
import { byPath, isScala } from './paths.ts';
import { perText } from './surroundings.ts';

export interface ScalaPackages {
  /** The file whose top level defines a dotted name; undefined: none, or several that are equally near. */
  definedIn(fromPath: string, dotted: string): string | undefined;
  /** Files that define names of its own packages, or of those it imports, which stand in its text; rather one too many. */
  targetsOf(path: string): readonly string[];
}

interface Scanned {
  /** Dotted names of what it defines. */
  readonly defines: readonly string[];
  /** The same in one text. */
  readonly defined: string;
  /** Its own package and those around it. */
  readonly packages: readonly string[];
  readonly words: ReadonlySet<string>;
}

export function scalaPackages(files: ProjectFiles): ScalaPackages {
  const scanned = perText(files, scan);
  let index: ReadonlyMap<string, readonly string[]> = new Map();
  let byName: ReadonlyMap<string, readonly string[]> = new Map();
  let revision = -1;
  /** What all files define, in one text: while it stays, so does what each leads to. */
  let signature: string | undefined;
  let targets = new WeakMap<Scanned, readonly string[]>();

  function update(): void {
    if (revision === files.revision) return;
    revision = files.revision;
    const paths = files.all().filter(isScala);
    const now = paths.map((path) => `${path}:${scanned(path)?.defined ?? ''}`).join('\n');
    if (now === signature) return;
    signature = now;
    targets = new WeakMap();
    const definers = new Map<string, string[]>();
    const names = new Map<string, Set<string>>();
    for (const path of paths) {
      for (const dotted of scanned(path)?.defines ?? []) {
        definers.set(dotted, [...definers.get(dotted) ?? [], path]);
        const name = dotted.slice(dotted.lastIndexOf('.') + 1);
        names.set(name, (names.get(name) ?? new Set()).add(dotted));
      }
    }
    index = definers;
    byName = new Map([...names].map(([name, dotted]) => [name, [...dotted]]));
  }

  function definedIn(fromPath: string, dotted: string): string | undefined {
    update();
    const found = index.get(dotted) ?? [];
    if (found.length < 2) return found[0];
    const near = Math.max(...found.map((path) => sharedFolders(path, fromPath)));
    const nearest = found.filter((path) => sharedFolders(path, fromPath) === near);
    return nearest.length === 1 ? nearest[0] : undefined;
  }

  return {
    definedIn,
    targetsOf(path) {
      update();
      const own = scanned(path);
      const text = files.read(path);
      if (!own || text === undefined) return [];
      const known = targets.get(own);
      if (known) return known;
      const found = new Set<string>();
      for (const word of own.words) {
        for (const dotted of byName.get(word) ?? []) {
          const packaged = dotted.slice(0, Math.max(0, dotted.lastIndexOf('.')));
          if (!own.packages.includes(packaged) && !text.includes(`${packaged.slice(packaged.lastIndexOf('.') + 1)}.`)) continue;
          const target = definedIn(path, dotted);
          if (target !== undefined && target !== path) found.add(target);
        }
      }
      const sorted = [...found].sort(byPath);
      targets.set(own, sorted);
      return sorted;
    },
  };
}

/** How many folders two paths have in common. */
function sharedFolders(a: string, b: string): number {
  const [left, right] = [a.split('/'), b.split('/')];
  const differs = left.findIndex((part, index) => part !== right[index]);
  return differs < 0 ? left.length : differs;
}

const packageLine = /^\s*package\s+(?!object\b)([\w.$`]+)/gm;
const packageObject = /^\s*package\s+object\s+(\w+)/m;
const modifiers = String.raw`(?:@\w+(?:\([^)\n]*\))?\s+)*(?:(?:private|protected|final|sealed|abstract|implicit|case|lazy|open|override|inline|transparent|opaque)(?:\[\w+\])?[ \t]+)*`;
const topLevel = new RegExp(String.raw`^${modifiers}(?:class|object|trait|enum|def|val|var|type)[ \t]+([\w$]+)`, 'gm');
const anyLevel = new RegExp(String.raw`^[ \t]*${modifiers}(?:class|object|trait|def|val|type)[ \t]+([\w$]+)`, 'gm');

function scan(text: string): Scanned {
  const parts = [...text.matchAll(packageLine)].map(([, name]) => name!.replaceAll('`', ''));
  const own = parts.join('.');
  const inObject = packageObject.exec(text)?.[1];
  const within = inObject === undefined ? own : [own, inObject].filter((part) => part !== '').join('.');
  const names = [...text.matchAll(inObject === undefined ? topLevel : anyLevel)].map(([, name]) => name!);
  const defines = [...new Set(names)].map((name) => (within === '' ? name : `${within}.${name}`));
  return {
    defines, defined: defines.join(),
    packages: ['', ...within.split('.').map((_, index, all) => all.slice(0, index + 1).join('.'))],
    words: new Set(text.match(/[A-Za-z_]\w*/g) ?? []),
  };
}
