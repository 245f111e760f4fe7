/**
 * Project settings: `sparkcheck.toml`, or `[tool.sparkcheck]` in `pyproject.toml`. Read leniently: what is wrong is
 * told with its place and what to do, the rest counts.
 */
import { parse, TomlError } from 'smol-toml';
import { readQuantity } from '../knowledge/values.ts';
import { defaultSettings, globBelow, type LintSettings, type OptionValue, type Profile } from '../lint/settings.ts';
import type { Rule, Severity, Surroundings } from '../rule/rule.ts';
import type { ProjectFiles } from './files.ts';
import { foldersAbove, joinPath, nameOf } from './paths.ts';
import { versionRange, type VersionRange } from './versions.ts';
import { escapePattern } from '../text/pattern.ts';

export interface Problem {
  /** Project-relative path. */
  readonly path: string;
  /** 1-based; undefined: of the whole file. */
  readonly line?: number | undefined;
  readonly column?: number | undefined;
  /** What is wrong and what to do. */
  readonly message: string;
  /** 'error': the settings cannot be trusted, or the file was not checked. 'note': told, and nothing else changes. */
  readonly severity: 'error' | 'note';
}

export type Launch = NonNullable<Surroundings['launch']>;

export interface ProjectSettings extends LintSettings {
  readonly spark?: VersionRange | undefined;
  /** Where `spark` was said, for messages. */
  readonly sparkFrom?: string | undefined;
  readonly java?: number | undefined;
  readonly manager?: string | undefined;
  readonly launch?: Launch | undefined;
  readonly slots?: number | undefined;
  /** Bytes of the largest container that the cluster gives. */
  readonly container?: number | undefined;
  /** Globs of files that are not checked. */
  readonly exclude: readonly string[];
  /** Key prefixes of the project's own, each ending with a dot. */
  readonly namespaces: readonly string[];
  /** 'mylib.io.load' → 'DataFrame'. */
  readonly kinds: ReadonlyMap<string, string>;
  /** The file they were read from. */
  readonly path?: string | undefined;
}

/** What only the knowledge of Spark and the rules can judge in settings. */
export interface SettingsKnowledge {
  readonly rules: readonly Rule[];
  isKind(name: string): boolean;
}

/** What the editor or the command line says: it wins over the project's settings. */
export interface Overrides {
  /** As `target-spark` in the settings file. */
  readonly targetSpark?: string | undefined;
  readonly java?: number | undefined;
  readonly manager?: string | undefined;
  readonly launch?: Launch | undefined;
  readonly slots?: number | undefined;
  /** In place of the project's. */
  readonly select?: readonly string[] | undefined;
  /** Besides the project's. */
  readonly ignore?: readonly string[] | undefined;
  readonly exclude?: readonly string[] | undefined;
  readonly namespaces?: readonly string[] | undefined;
  readonly severities?: Readonly<Record<string, Severity | 'off'>> | undefined;
}

/** An unreadable `targetSpark` says nothing: whoever takes it from a user checks it with `versionRange` first. */
export function overridden(settings: ProjectSettings, overrides: Overrides): ProjectSettings {
  const spark = overrides.targetSpark === undefined ? undefined : versionRange(overrides.targetSpark);
  return {
    ...settings,
    ...(spark ? { spark, sparkFrom: 'the settings' } : {}),
    java: overrides.java ?? settings.java,
    manager: overrides.manager ?? settings.manager,
    launch: overrides.launch ?? settings.launch,
    slots: overrides.slots ?? settings.slots,
    select: overrides.select ?? settings.select,
    ignore: [...settings.ignore, ...(overrides.ignore ?? [])],
    exclude: [...settings.exclude, ...(overrides.exclude ?? []).map((glob) => globBelow(settings.within ?? '', glob))],
    namespaces: [...settings.namespaces, ...(overrides.namespaces ?? []).map(asPrefix)],
    severities: { ...settings.severities, ...overrides.severities },
  };
}

const asPrefix = (namespace: string): string => (/[.*]$/.test(namespace) ? namespace.replace(/\*$/, '') : `${namespace}.`);

export const noSettings: ProjectSettings = { ...defaultSettings, exclude: [], namespaces: [], kinds: new Map() };

/** The settings file that holds for a path: the nearest one upward; beside each other, `sparkcheck.toml` wins. */
export function settingsFileFor(files: ProjectFiles, path: string): string | undefined {
  for (const folder of foldersAbove(path)) {
    const own = joinPath(folder, 'sparkcheck.toml');
    if (files.exists(own)) return own;
    const shared = joinPath(folder, 'pyproject.toml');
    if (files.exists(shared) && /^\s*\[\s*tool\s*\.\s*"?sparkcheck/m.test(files.read(shared) ?? '')) return shared;
  }
  return undefined;
}

type Table = Record<string, unknown>;

/** `folder`: the one within the project that its patterns count from. */
export function readSettings(path: string, text: string, knowledge: SettingsKnowledge, folder = ''): { readonly settings: ProjectSettings; readonly problems: readonly Problem[] } {
  let document: Table;
  try {
    document = parse(text.replace(/^\uFEFF/, '')) as Table;
  } catch (error) {
    return { settings: { ...noSettings, path }, problems: [syntaxProblem(path, error)] };
  }
  const reader = new Reader(path, text, knowledge, folder);
  return { settings: reader.settings(tablesOf(path, document)), problems: reader.problems };
}

function syntaxProblem(path: string, error: unknown): Problem {
  const place = error instanceof TomlError ? { line: error.line, column: error.column } : {};
  const reason = (error instanceof Error ? error.message : String(error)).replace(/^Invalid TOML document: /, '').split('\n')[0];
  return { path, ...place, severity: 'error', message: `This is no valid TOML (${reason}): no setting of this file counts until it is mended.` };
}

/** `sparkcheck.toml` may hold the keys at its top, or below the headings that other files need. */
function tablesOf(path: string, document: Table): { readonly keys: readonly string[]; readonly table: Table }[] {
  const shared = asTable(asTable(document.tool)?.sparkcheck);
  const found = shared ? [{ keys: ['tool', 'sparkcheck'], table: shared }] : [];
  if (nameOf(path) === 'pyproject.toml') return found;
  const { sparkcheck, tool, ...top } = document;
  const own = asTable(sparkcheck);
  return [{ keys: [], table: top }, ...(own ? [{ keys: ['sparkcheck'], table: own }] : []), ...found];
}

const asTable = (value: unknown): Table | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date) ? (value as Table) : undefined;

const severities = ['error', 'warning', 'information', 'hint', 'off'] as const;
const fileKinds = ['job', 'notebook', 'test', 'library'] as const;
const launches = ['spark-submit', 'python', 'databricks', 'notebook'] as const;
const managers = ['yarn', 'kubernetes', 'standalone', 'local'] as const;
const categories = ['driver', 'caching', 'partitions', 'loops', 'closures', 'streaming', 'reading-and-writing', 'columns', 'configuration'];
const knownKeys = ['target-spark', 'java', 'manager', 'launch', 'cluster', 'select', 'ignore', 'exclude', 'severities', 'rules', 'namespaces', 'profiles', 'kinds'];

/** `ofRules`: severities that stand with the rule; in TOML the order of tables says nothing, so these win wherever they stand. */
type Found = { -readonly [K in keyof ProjectSettings]: ProjectSettings[K] } & { ofRules: ProjectSettings['severities'] };

/** Collects settings and problems while it walks over the tables; each `read…` gives undefined for what it has reported. */
class Reader {
  readonly problems: Problem[] = [];
  private readonly ruleNames: readonly string[];

  constructor(private readonly path: string, private readonly text: string, private readonly knowledge: SettingsKnowledge, private readonly folder: string) {
    this.ruleNames = knowledge.rules.flatMap((rule) => [rule.name, ...(rule.former ?? [])]);
  }

  settings(tables: readonly { readonly keys: readonly string[]; readonly table: Table }[]): ProjectSettings {
    const found: Found = { ...noSettings, path: this.path, ofRules: {} };
    for (const { keys, table } of tables) {
      for (const [key, value] of Object.entries(table)) this.entry(found, [...keys, key], key, value);
    }
    const { ofRules, ...settings } = found;
    for (const name of Object.keys(ofRules)) {
      const other = settings.severities[name];
      if (other !== undefined && other !== ofRules[name]) this.note(['rules', name, 'severity'], `\`severities\` says ${shown(other)} of \`${name}\`: ${shown(ofRules[name])} counts, which stands with the rule.`);
    }
    return { ...settings, severities: { ...settings.severities, ...ofRules } };
  }

  private entry(found: Found, keys: string[], key: string, value: unknown): void {
    switch (key) {
      case 'target-spark': {
        const range = typeof value === 'string' || typeof value === 'number' ? versionRange(String(value)) : undefined;
        if (range) Object.assign(found, { spark: range, sparkFrom: nameOf(this.path) });
        else this.error(keys, `\`target-spark\` is a release or a range of them, as "3.5", "3.5-4.3" or ">=3.4"; ${shown(value)} is none.`);
        return;
      }
      case 'java':
        found.java = this.whole(keys, value, 'a major version of Java, as 17');
        return;
      case 'manager':
        found.manager = this.oneOf(keys, value, managers);
        return;
      case 'launch':
        found.launch = this.oneOf(keys, value, launches);
        return;
      case 'cluster':
        for (const [name, entry] of this.entries(keys, value)) {
          if (name === 'slots') found.slots = this.whole([...keys, name], entry, 'how many tasks run at once, as 40');
          else if (name === 'container') found.container = this.size([...keys, name], entry, 'the largest container that the cluster gives, as "64g"');
          else this.unknownKey([...keys, name], ['slots', 'container']);
        }
        return;
      case 'select':
        found.select = [...found.select, ...this.ruleList(keys, value)];
        return;
      case 'ignore':
        found.ignore = [...found.ignore, ...this.ruleList(keys, value)];
        return;
      case 'exclude':
        found.exclude = [...found.exclude, ...this.strings(keys, value).map((glob) => globBelow(this.folder, glob))];
        return;
      case 'namespaces':
        found.namespaces = [...found.namespaces, ...this.strings(keys, value).map(asPrefix)];
        return;
      case 'severities':
        found.severities = { ...found.severities, ...this.severityTable(keys, value) };
        return;
      case 'rules':
        found.options = { ...found.options, ...this.optionTables(keys, value, found) };
        return;
      case 'profiles':
        found.profiles = [...found.profiles, ...this.profiles(keys, value)];
        return;
      case 'kinds':
        found.kinds = new Map([...found.kinds, ...this.kinds(keys, value)]);
        return;
      default:
        this.unknownKey(keys, knownKeys);
    }
  }

  private ruleList(keys: string[], value: unknown): string[] {
    return this.strings(keys, value).filter((name) => this.isRule(keys, name));
  }

  private isRule(keys: string[], name: string): boolean {
    const known = [...this.ruleNames, ...categories];
    if (known.includes(name)) return true;
    this.note(keys, `There is no rule or category \`${name}\`${suggestion(name, known)}. \`sparkcheck rules\` lists them.`, name);
    return false;
  }

  private severityTable(keys: string[], value: unknown): Record<string, Severity | 'off'> {
    const result: Record<string, Severity | 'off'> = {};
    for (const [name, entry] of this.entries(keys, value)) {
      const severity = this.oneOf([...keys, name], entry, severities);
      if (severity && this.isRule([...keys, name], name)) result[name] = severity;
    }
    return result;
  }

  /** `rules.<name>` holds the rule's options, and may say its severity too. */
  private optionTables(keys: string[], value: unknown, found: Found): Record<string, Record<string, OptionValue>> {
    const result: Record<string, Record<string, OptionValue>> = {};
    for (const [name, table] of this.entries(keys, value)) {
      const here = [...keys, name];
      const rule = this.knowledge.rules.find((each) => each.name === name || each.former?.includes(name));
      if (!rule) {
        this.note(here, `There is no rule \`${name}\`${suggestion(name, this.ruleNames)}. \`sparkcheck rules\` lists them.`);
        continue;
      }
      const options: Record<string, OptionValue> = {};
      for (const [option, entry] of this.entries(here, table)) {
        const at = [...here, option];
        const fact = rule.options?.[option];
        if (option === 'severity') {
          const severity = this.oneOf(at, entry, severities);
          if (severity) found.ofRules = { ...found.ofRules, [name]: severity };
        } else if (!fact) this.unknownKey(at, [...Object.keys(rule.options ?? {}), 'severity']);
        else if (typeof entry !== typeof fact.default) this.error(at, `\`${option}\` of ${rule.name} is a ${typeof fact.default}, as ${shown(fact.default)}; ${shown(entry)} is none.`);
        else options[option] = entry as OptionValue;
      }
      result[rule.name] = options;
    }
    return result;
  }

  private profiles(keys: string[], value: unknown): Profile[] {
    const result: Profile[] = [];
    for (const [glob, entry] of this.entries(keys, value)) {
      const here = [...keys, glob];
      if (!asTable(entry)) {
        const kind = this.oneOf(here, entry, fileKinds);
        if (kind) result.push({ paths: [globBelow(this.folder, glob)], kind });
        continue;
      }
      const profile: { -readonly [K in keyof Profile]: Profile[K] } = { paths: [globBelow(this.folder, glob)] };
      for (const [name, part] of this.entries(here, entry)) {
        const at = [...here, name];
        if (name === 'kind') profile.kind = this.oneOf(at, part, fileKinds);
        else if (name === 'severities') profile.severities = this.severityTable(at, part);
        else if (name === 'ignore') profile.ignore = this.ruleList(at, part);
        else this.unknownKey(at, ['kind', 'severities', 'ignore']);
      }
      result.push(profile);
    }
    return result;
  }

  /** `"mylib.io.load" = "DataFrame"`; unquoted keys make nested tables, which mean the same. */
  private kinds(keys: string[], value: unknown, prefix = ''): [string, string][] {
    return this.entries(keys, value).flatMap(([name, entry]): [string, string][] => {
      const here = [...keys, name];
      if (asTable(entry)) return this.kinds(here, entry, `${prefix}${name}.`);
      if (typeof entry === 'string' && this.knowledge.isKind(entry)) return [[prefix + name, entry]];
      this.error(here, `\`${prefix}${name}\` is given a kind of Spark value, as "DataFrame", "SparkSession", "RDD" or "Column"; ${shown(entry)} is none.`);
      return [];
    });
  }

  private entries(keys: string[], value: unknown): [string, unknown][] {
    const table = asTable(value);
    if (table) return Object.entries(table);
    this.error(keys, `\`${keys.at(-1)}\` is a table: write \`[${keys.join('.')}]\` and its entries below; ${shown(value)} is none.`);
    return [];
  }

  private strings(keys: string[], value: unknown): string[] {
    const list: unknown[] = Array.isArray(value) ? value : [value];
    if (list.every((item) => typeof item === 'string')) return list as string[];
    this.error(keys, `\`${keys.at(-1)}\` is a list of strings, as ["a", "b"]; ${shown(value)} is none.`);
    return [];
  }

  private oneOf<T extends string>(keys: string[], value: unknown, allowed: readonly T[]): T | undefined {
    const match = allowed.find((each) => each === value);
    if (!match) this.error(keys, `\`${keys.at(-1)}\` is one of ${allowed.map((each) => `"${each}"`).join(', ')}; ${shown(value)} is none of them.`);
    return match;
  }

  private whole(keys: string[], value: unknown, what: string): number | undefined {
    const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
    if (typeof number === 'number' && Number.isInteger(number) && number > 0) return number;
    this.error(keys, `\`${keys.at(-1)}\` is ${what}; ${shown(value)} is none.`);
    return undefined;
  }

  /** In bytes. */
  private size(keys: string[], value: unknown, what: string): number | undefined {
    const size = typeof value === 'string' && /[a-z]\s*$/i.test(value) ? readQuantity({ type: 'bytes', anyCase: true }, value)?.size : undefined;
    if (size === undefined || size <= 0) this.error(keys, `\`${keys.at(-1)}\` is ${what}; ${shown(value)} is none.`);
    return size !== undefined && size > 0 ? size : undefined;
  }

  private unknownKey(keys: string[], known: readonly string[]): void {
    const key = keys.at(-1)!;
    this.note(keys, `There is no setting \`${key}\` here${suggestion(key, known)}. ${known.length > 0 ? `Known are ${known.join(', ')}.` : ''}`.trim());
  }

  private error(keys: readonly string[], message: string): void {
    this.problems.push({ path: this.path, ...placeOf(this.text, keys), severity: 'error', message });
  }

  private note(keys: readonly string[], message: string, word?: string): void {
    this.problems.push({ path: this.path, ...placeOf(this.text, keys, word), severity: 'note', message });
  }
}

const shown = (value: unknown): string => (typeof value === 'bigint' ? String(value) : JSON.stringify(value) ?? String(value));

/** ", did you mean `x`?" where one name is near. */
function suggestion(name: string, known: readonly string[]): string {
  const near = nearestName(name, known);
  return near === undefined ? '' : ` (did you mean \`${near}\`?)`;
}

/** The known name that is fewest edits away, if that is few: a third of its letters, at least two. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  let best: string | undefined;
  let least = Infinity;
  for (const candidate of known) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance < least) [best, least] = [candidate, distance];
  }
  return best !== undefined && least <= Math.max(2, Math.floor(best.length / 3)) ? best : undefined;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) next[j] = Math.min(next[j - 1]! + 1, row[j]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
    row = next;
  }
  return row[b.length]!;
}

/**
 * Where a key stands in the text, 1-based. The parser gives no places, so the lines are read once more: headings are
 * followed, then the last part of the key is looked for; inside inline tables the line is right and the column near.
 */
function placeOf(text: string, keys: readonly string[], word?: string): { line: number; column: number } {
  const lines = text.split(/\r\n|\n|\r/);
  let best = { line: 1, column: 1, depth: 0 };
  let heading: string[] = [];
  lines.forEach((line, index) => {
    const head = /^\s*\[\[?([^\]]+)\]/.exec(line);
    const assigned = head ? undefined : /^(\s*)((?:"[^"]*"|'[^']*'|[\w-]+|\s*\.\s*)+?)\s*=/.exec(line);
    const path = head ? (heading = keyParts(head[1]!)) : assigned ? [...heading, ...keyParts(assigned[2]!)] : undefined;
    if (!path) return;
    let depth = 0;
    while (depth < keys.length && depth < path.length && keys[depth] === path[depth]) depth++;
    if (depth < path.length || depth <= best.depth) return;
    const wanted = keys.at(-1)!;
    const within = depth < keys.length ? line.indexOf(wanted) : -1;
    best = { line: index + 1, column: (within >= 0 ? within : line.search(/\S/)) + 1, depth };
  });
  if (word === undefined) return { line: best.line, column: best.column };
  for (let index = best.line - 1; index < Math.min(lines.length, best.line + 60); index++) {
    const column = lines[index]!.search(new RegExp(`["']${escapePattern(word)}["']`));
    if (column >= 0) return { line: index + 1, column: column + 1 };
  }
  return { line: best.line, column: best.column };
}

const keyParts = (written: string): string[] => (written.match(/"[^"]*"|'[^']*'|[\w-]+/g) ?? []).map((part) => part.replace(/^["']|["']$/g, ''));
