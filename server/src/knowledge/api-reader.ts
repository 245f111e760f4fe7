/** Reads the API table; see `api.ts` for what the facts mean. */
import data from './api-data.json' with { type: 'json' };
import type { Api, Callback, ImportFact, Method } from './api.ts';

interface RawMethod {
  returns: { when?: object; kind: string }[];
  lineage?: string; shuffle?: string; job?: string; driver?: string; languages?: string;
  [key: string]: unknown;
}
interface RawFunction { class: string; returns: string; callbacks?: Callback[]; python?: string | false; scala?: string | false }

const owners = data.owners as unknown as Record<string, Record<string, RawMethod>>;
const functions = data.functions as unknown as Record<string, RawFunction>;
const imports = data.imports as unknown as Record<string, Record<string, string>>;
const foreignLibraries = new Set<string>(data.foreign);
const sparkLibraries = new Set<string>(data.spark);
const mlModules = new Set<string>(data.mlModules);
const mlTransformers = new Set<string>(data.mlTransformers);
const mlForeign = new Set<string>(data.mlForeign);
const closed = new Set<string>(data.closed);
const given = data.given as Record<string, string>;

/** By language, kind and name: asked for at every member and call, so no key is put together. */
const decoded = { python: new Map<string, Map<string, Method | undefined>>(), scala: new Map<string, Map<string, Method | undefined>>() };

/** Other names for the same kind. */
const alike: Readonly<Record<string, string>> = { HiveContext: 'SQLContext', Dataset: 'DataFrame' };

function method(kind: string, name: string, language: 'python' | 'scala'): Method | undefined {
  let known = decoded[language].get(kind);
  if (!known) decoded[language].set(kind, (known = new Map()));
  const found = known.get(name);
  if (found !== undefined || known.has(name)) return found;
  const made = decode(alike[kind] ?? kind, name, language);
  known.set(name, made);
  return made;
}

function decode(owner: string, name: string, language: 'python' | 'scala'): Method | undefined {
  const methods = owners[owner];
  if (!methods) return undefined;
  const raw = Object.hasOwn(methods, name) ? methods[name] : undefined;
  if (!raw) {
    // Setters and getters of estimators are too many to list: what they give is no dataset.
    if (closed.has(owner) && !name.startsWith('_')) return { owner, name, returns: [{ kind: /^set[A-Z]/.test(name) ? owner : 'local' }], lineage: 'none', shuffle: 'no', job: 'no', driver: 'none' };
    return undefined;
  }
  if (raw.languages === (language === 'python' ? 's' : 'p')) return undefined;
  return { shuffle: 'no', job: 'no', driver: 'none', lineage: 'none', ...raw, owner, name, languages: raw.languages === undefined ? undefined : raw.languages === 'p' ? ['python'] : ['scala'] } as unknown as Method;
}

const tellers = new Map<string, string[]>();
for (const [owner, methods] of Object.entries(owners)) {
  for (const [name, raw] of Object.entries(methods)) if (raw['telling'] === true) tellers.set(name, [...(tellers.get(name) ?? []), owner]);
}

const functionModules: ReadonlySet<string> = new Set(['pyspark.sql.functions', 'pyspark.sql.connect.functions', 'pyspark.sql.functions.builtin']);

function imported(module: string, name: string): ImportFact | undefined {
  if (functionModules.has(module)) {
    const fact = Object.hasOwn(functions, name) ? functions[name] : undefined;
    if (!fact || fact.python === false) return undefined;
    return { is: 'function', returns: fact.returns, callbacks: fact.callbacks, fact: { name, class: fact.class, returns: fact.returns } };
  }
  if (mlModules.has(module)) {
    if (/^[A-Z]/.test(name)) return { is: 'owner', kind: /Model$/.test(name) ? 'MLModel' : mlTransformers.has(name) ? 'MLTransformer' : 'MLEstimator', guessed: true };
    const inside = `${module}.${name}`;
    return mlModules.has(inside) || mlForeign.has(inside) ? { is: 'module', name: inside } : undefined;
  }
  if (mlForeign.has(module)) return { is: 'foreign', name: `${module}.${name}` };
  if (module === 'pyspark.pandas' || module === 'databricks.koalas') return pandasMember(name);
  const names = imports[module];
  const word = names && (Object.hasOwn(names, name) ? names[name] : names['*']);
  if (!word) return undefined;
  const [is, what] = word.split(' ') as [string, string];
  switch (is) {
    case 'owner': return { is: 'owner', kind: what };
    case 'function': return { is: 'function', returns: what };
    case 'module': return { is: 'module', name: what };
    case 'value': return { is: 'value', kind: what };
    default: return { is: 'foreign', name: what };
  }
}

function pandasMember(name: string): ImportFact {
  if (name === 'DataFrame' || name === 'Series' || name === 'Index') return { is: 'owner', kind: `PandasOnSpark.${name}` };
  if (/^(read_|from_pandas|concat|merge|melt|get_dummies|sql|range)/.test(name)) return { is: 'function', returns: 'PandasOnSpark.DataFrame' };
  return { is: 'function', returns: 'local' };
}

/** Owners of Spark itself: their methods are what coverage counts. */
const publicOwners: ReadonlySet<string> = new Set(data.public);

const annotations = new Map<string, string>();
for (const [module, names] of Object.entries(imports)) {
  for (const [name, word] of Object.entries(names)) if (word.startsWith('owner ')) annotations.set(`${module}.${name}`, word.slice(6));
}
for (const kind of ['DataFrame', 'SparkSession', 'SparkContext', 'RDD', 'SQLContext', 'StreamingQuery', 'DataFrameReader', 'DataFrameWriter', 'GroupedData']) if (!annotations.has(kind)) annotations.set(`pyspark.${kind}`, kind);

/** Members of foreign values that are Spark again, or that a plain name must not hide; calls that do not come back. */
const foreignMembers: ReadonlyMap<string, ReadonlyMap<string, string>> = new Map([
  ['mlflow.spark', new Map([['load_model', 'MLModel']])],
  // Where notebooks put their globals for modules to find.
  ['builtins', new Map([['spark', 'SparkSession'], ['sc', 'SparkContext'], ['dbutils', 'dbutils']])],
  ...['sys.exit', 'os._exit', 'os.abort', 'builtins.exit', 'builtins.quit', 'dbutils.notebook.exit'].map((name) => [name, new Map([['()', 'never']])] as const),
]);

export const api: Api = {
  method,
  methods: (kind) => Object.keys(owners[alike[kind] ?? kind] ?? {}).flatMap((name) => method(kind, name, 'python') ?? method(kind, name, 'scala') ?? []),
  isKind: (name) => Object.hasOwn(owners, name) || Object.hasOwn(alike, name),
  kindsTelling: (name) => tellers.get(name) ?? [],
  imported,
  library(module) {
    const top = module.split('.')[0]!;
    return sparkLibraries.has(top) ? 'spark' : foreignLibraries.has(top) ? 'foreign' : 'unknown';
  },
  foreign: (type, member) => foreignMembers.get(type)?.get(member),
  given: (name) => (Object.hasOwn(given, name) ? given[name] : undefined),
  annotation: (dotted) => annotations.get(dotted),
  methodNames: new Set(Object.entries(owners).filter(([owner]) => publicOwners.has(owner)).flatMap(([, methods]) => Object.keys(methods).filter((name) => !name.startsWith('_')))),
};
