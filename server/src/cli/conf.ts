/** `sparkcheck conf`: the effective configuration of jobs, what a move to another release changes, how two of them differ. */
import { statSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import type { Setting, Site } from '../analysis/model.ts';
import { withSlashes } from '../lsp/node-host.ts';
import { isCodeFile, isConfFile } from '../project/project.ts';
import { isTestFile } from '../project/surroundings.ts';
import type { Ranked } from '../rule/jobs.ts';
import { newestKnown } from '../rule/targets.ts';
import { type Difference, differencesOf, type Effective, effectivesOf, type EffectiveKey, moveOf, pathOf } from '../service/effective.ts';
import { byWhat, differenceLines, effectiveLines, isSecret, type Line, moveLines, type Piece, type View } from '../service/effective-text.ts';
import { configAt, isRead, named, readable, reportSettings, usesColour } from './check.ts';
import { loadSyntax, type ProjectFile, type Projects, projectsOf, ready, registry } from './engine.ts';
import { jsonArray, placed } from './json.ts';
import { createPlaces, type Places } from './places.ts';
import { painter } from './pretty.ts';
import { oneOf, parse, UsageError } from './usage.ts';

/** A job, and the file that it was found by. */
interface Found {
  readonly file: ProjectFile;
  readonly effective: Effective;
}

export async function conf(args: readonly string[]): Promise<number> {
  const { values, positionals } = parse('conf', args);
  const format = oneOf('format', values.format, ['table', 'json']);
  const target = values['target-spark'] === undefined ? undefined : release(values['target-spark']);
  if (values.all && target === undefined) throw new UsageError('`--all` goes with `--target-spark`: `sparkcheck conf --target-spark 4.3 --all`.');
  const projects = projectsOf(await loadSyntax(), configAt(values.config));
  const places = createPlaces();
  if (positionals[0] === 'diff') {
    if (target !== undefined) throw new UsageError('`--target-spark` is not for `conf diff`.');
    return diff(positionals.slice(1), format, projects, places);
  }
  const files = await filesOf(positionals.length > 0 ? positionals : ['.'], projects, places);
  const found = jobsIn(files, positionals);
  const broken = reportSettings(files, places);
  if (format === 'json') process.stdout.write(jsonArray(found.map((each) => jsonJob(each, places, target, values.all))));
  else {
    for (const each of found) print([...effectiveLines(each.effective, viewOf(each.file, places)), ...(target === undefined ? [] : moveLines(moveOf(each.effective, target), viewOf(each.file, places), values.all)), []]);
    if (found.length === 0) process.stdout.write(`Nothing sets a Spark key in ${files.length === 1 ? '1 file' : `${files.length} files`}.\n`);
  }
  return broken ? 2 : 0;
}

function release(text: string): string {
  if (!registry.knows(text)) throw new UsageError(`\`--target-spark\` of \`conf\` is one release between ${registry.releases[0]!} and ${newestKnown}, as 3.5 or 4.0.1; \`${text}\` is none that is known.`);
  return text;
}

async function filesOf(operands: readonly string[], projects: Projects, places: Places): Promise<ProjectFile[]> {
  // Who starts a program, and what a script starts, may lie anywhere in the folder that one works in.
  const files = readable(named(operands, projects, places, process.cwd(), (path, text) => isRead(path, text) || isConfFile(path, text)), places);
  if (files.length === 0) throw new UsageError(`There is nothing to read in ${operands.map((each) => `\`${each}\``).join(', ')}: \`conf\` takes programs, scripts that start some, files of settings, and folders.`);
  await ready(files);
  // What scripts start may be written in a language that nobody named, and code be started by scripts.
  for (const { project, path } of files) {
    project.jobs(path);
    if (project.lacks()) await project.ready(path);
  }
  return files;
}

/** Each job once; of those that were not named themselves, those that set something. Files that some job reads are no jobs of their own. */
function jobsIn(files: readonly ProjectFile[], operands: readonly string[]): Found[] {
  const isNamed = new Set(operands.map((operand) => resolve(operand)));
  const found = new Map<string, Found & { readonly own: boolean }>();
  const read = new Set<string>();
  for (const file of files) {
    const own = isNamed.has(resolve(file.root, file.path));
    if (!own && isCodeFile(file.path) && isTestFile(file.path, file.project.files.read(file.path))) continue;
    const all = effectivesOf(file.project, file.path);
    for (const effective of isSettings(file) ? all.slice(0, 1) : all) {
      const { code, command, sources } = effective.job;
      const key = `${file.root} ${command ? `${command.path}:${command.command.start}` : pathOf(effective.job)}`;
      // What a file of defaults says alone, or a module that others import, makes no job of a program.
      const starts = command !== undefined || !isCodeFile(file.path) || code?.entryPoint === true;
      const speaks = sources.some(({ entries, layer }) => entries.some(({ site }) => (starts && (layer === 'code' || command || !isCodeFile(file.path))) || site.module === file.path));
      if (own || speaks) found.set(key, { file, effective, own: own || found.get(key)?.own === true });
      if (isCodeFile(file.path)) file.project.release(file.path);
      if (sources.length > 1) for (const { path } of sources) read.add(`${file.root} ${path}`);
    }
  }
  return [...found.values()].filter(({ own, file, effective: { job } }) => own || !isSettings(file) || !read.has(`${file.root} ${pathOf(job)}`));
}

const isSettings = ({ project, path }: ProjectFile): boolean => isConfFile(path, project.files.read(path));

function viewOf(file: ProjectFile, places: Places): View {
  return {
    width: Math.max(80, process.stdout.columns ?? 160),
    shown: (path) => places.shown(file, path),
    place(site) {
      const { file: name, line, cell } = places.place(file, site);
      return `${name}:${cell === undefined ? '' : `cell ${cell + 1}:`}${line}`;
    },
    written: (site) => writtenAt(file, places, site),
  };
}

const writtenAt = (file: ProjectFile, places: Places, site: Site): string => places.textOf(file, site.module).text.slice(site.start, site.end);

const styles = { bold: ['bold'], dim: ['dim'], good: ['green'], warning: ['yellow'] } as const;

function print(lines: readonly Line[]): void {
  const paint = painter(usesColour(process.stdout));
  const shown = ({ text, style }: Piece): string => (style && text !== '' ? paint(text, ...styles[style]) : text);
  process.stdout.write(lines.map((line) => `${line.map(shown).join('').trimEnd()}\n`).join(''));
}

// ---- JSON -----------------------------------------------------------------------------------------------------------

function jsonJob({ file, effective }: Found, places: Places, target: string | undefined, all: boolean): object {
  const { job, targets, place, keys, notes } = effective;
  const { code, command, launch, sources } = job;
  const move = target === undefined ? undefined : moveOf(effective, target);
  return {
    code: code ? places.shown(file, code.path) : null,
    command: command ? { ...placed(places.place(file, { ...command.command, module: command.path })), launcher: command.command.launcher } : null,
    launch: launch ?? null, manager: place.manager ?? null, mode: place.mode ?? null,
    files: sources.filter(({ layer }) => layer === 'properties file' || layer === 'defaults file').map(({ path }) => places.shown(file, path)),
    spark: { from: targets.from, to: targets.to, origin: targets.origin },
    notes, keys: keys.map((key) => jsonKey(key, file, places)),
    ...(move ? { move: { from: move.from, to: move.to, changes: move.changes.map(({ key, kind, message, entry }) => ({ key, kind, message, at: entry ? placed(places.place(file, entry.keySite)) : null })), movedDefaults: move.defaults.length, ...(all ? { defaults: move.defaults.map(({ key, was, is }) => ({ key, was: was ?? null, is: is ?? null })) } : {}) } } : {}),
  };
}

function jsonKey({ key, winner, over, maybe, later, dead, default: standard, scope, notes }: EffectiveKey, file: ProjectFile, places: Places): object {
  const told = (each: Ranked): object => ({ value: jsonValue(each.entry), by: byWhat(each), ...placed(places.place(file, each.entry.keySite)) });
  return {
    key, value: winner ? jsonValue(winner.entry) : null, set: winner ? told(winner) : null, overrides: over.map(told), maybe: maybe.map(told), later: later.map(told),
    ineffective: dead.map((each) => ({ ...told(each), why: each.why })), default: standard ?? null, scope: scope ?? null, notes,
  };
}

/** null: not known. */
const jsonValue = (setting: Pick<Setting, 'key' | 'value'>): string | null => (isSecret(setting) && setting.value !== undefined ? '(hidden)' : setting.value ?? null);

// ---- differences ----------------------------------------------------------------------------------------------------

interface Side extends Found {
  /** By which it finds its counterpart. */
  readonly name: string;
}

async function diff(operands: readonly string[], format: 'table' | 'json', projects: Projects, places: Places): Promise<number> {
  const [left, right] = operands;
  if (left === undefined || right === undefined || operands.length > 2) throw new UsageError('`sparkcheck conf diff` takes two files or two folders.');
  const [isFolder, isOther] = [left, right].map((operand) => {
    const stats = statSync(operand, { throwIfNoEntry: false });
    if (!stats) throw new UsageError(`\`${operand}\` does not exist.`);
    return stats.isDirectory();
  });
  if (isFolder !== isOther) throw new UsageError('`sparkcheck conf diff` takes two files or two folders, not one of each.');
  const [ones, others] = [await sideOf(left, projects, places), await sideOf(right, projects, places)];
  const single = ones.length === 1 && others.length === 1;
  const pairs = ones.flatMap((one) => {
    const other = single ? others[0] : others.find(({ name }) => name === one.name);
    return other ? [{ one, other, differences: differencesOf(one.effective.keys, other.effective.keys, (entry, side) => writtenAt(side === 'left' ? one.file : other.file, places, entry.valueSite)) }] : [];
  });
  const lonely = { left: ones.filter((one) => !pairs.some((pair) => pair.one === one)), right: others.filter((other) => !pairs.some((pair) => pair.other === other)) };
  const broken = reportSettings([...ones, ...others].map(({ file }) => file), places);
  if (format === 'json') {
    process.stdout.write(jsonArray([
      ...pairs.map(({ one, other, differences }) => ({ left: titleOf(one, places), right: titleOf(other, places), differences: differences.map((each) => jsonDifference(each, one, other, places)) })),
      ...lonely.left.map((one) => ({ left: titleOf(one, places), right: null, differences: [] })), ...lonely.right.map((other) => ({ left: null, right: titleOf(other, places), differences: [] })),
    ]));
  } else {
    for (const { one, other, differences } of pairs) if (differences.length > 0) print([...differenceLines(differences, [titleOf(one, places), titleOf(other, places)], [viewOf(one.file, places), viewOf(other.file, places)]), []]);
    for (const [operand, list] of [[left, lonely.left], [right, lonely.right]] as const) for (const each of list) print([[{ text: `only in ${operand}: ${titleOf(each, places)} (${each.effective.keys.length === 1 ? '1 key' : `${each.effective.keys.length} keys`})` }]]);
    const count = pairs.reduce((sum, { differences }) => sum + differences.length, 0);
    const more = lonely.left.length + lonely.right.length;
    process.stdout.write(count + more === 0 ? 'No differences.\n' : `${count === 1 ? '1 key differs' : `${count} keys differ`}${more > 0 ? `; ${more} without a counterpart` : ''}.\n`);
  }
  if (broken) return 2;
  return pairs.some(({ differences }) => differences.length > 0) || lonely.left.length + lonely.right.length > 0 ? 1 : 0;
}

async function sideOf(operand: string, projects: Projects, places: Places): Promise<Side[]> {
  const found = jobsIn(await filesOf([operand], projects, places), [operand]);
  const names = found.map(({ file, effective: { job } }) => (statSync(operand).isDirectory() ? withSlashes(relative(resolve(operand), resolve(file.root, pathOf(job)))) : job.code?.path.replace(/^.*\//, '') ?? ''));
  // Several commands that run the same are counted.
  return found.map((each, index) => ({ ...each, name: `${names[index]!} ${names.slice(0, index).filter((name) => name === names[index]).length}` }));
}

function titleOf({ file, effective: { job } }: Found, places: Places): string {
  return job.command ? `${places.shown(file, job.command.path)}:${places.place(file, { ...job.command.command, module: job.command.path }).line}` : places.shown(file, pathOf(job));
}

function jsonDifference({ key, left, right }: Difference, one: Found, other: Found, places: Places): object {
  const side = (entry: Setting | undefined, { file }: Found): object | null => (entry ? { ...(entry.key === key ? {} : { key: entry.key }), value: jsonValue(entry), ...placed(places.place(file, entry.keySite)) } : null);
  return { key, kind: left && right ? 'different' : left ? 'only left' : 'only right', left: side(left, one), right: side(right, other) };
}
