/** Reads the API table; see `api.ts` for what the facts mean. */
import data from './api-data.json' with { type: 'json' };
import type { Api, Callback, ImportFact, Language, Method, Shape } from './api.ts';
import { scalaMethod } from './scala-collections.ts';

interface RawFacts {
  returns?: { when?: object; kind: string }[];
  variants?: (RawFacts & { when: Shape })[];
  [key: string]: unknown;
}
/** 's' and 'p' name the only language that has it; `scala`: what differs there (null: it is not so). */
interface RawMethod extends RawFacts { languages?: 's' | 'p'; scala?: RawFacts }
interface RawFunction { class: string; returns: string; callbacks?: Callback[]; atMost?: number; python?: string | false; scala?: string | false }

const owners = data.owners as unknown as Record<string, Record<string, RawMethod>>;
const functions = data.functions as unknown as Record<string, RawFunction>;
const imports = data.imports as unknown as Record<string, Record<string, string>>;
const foreignLibraries = new Set<string>(data.foreign);
const sparkLibraries = new Set<string>(data.spark);
const mlModules = new Set<string>(data.mlModules);
const mlTransformers = new Set<string>(data.mlTransformers);
const mlForeign = new Set<string>(data.mlForeign);
const closed = { python: new Set<string>(data.closed.python), scala: new Set<string>(data.closed.scala) };
/** Any member that is not listed tells them something and gives them back. */
const building = new Set<string>(data.building);
const given: Readonly<Record<Language, Readonly<Record<string, string>>>> = data.given;
const predef: Readonly<Record<string, string>> = data.predef;

/** By language, kind and name: asked for at every member and call, so no key is put together. */
const decoded = { python: new Map<string, Map<string, Method | undefined>>(), scala: new Map<string, Map<string, Method | undefined>>() };

/** Other names for the same kind. */
const alike: Readonly<Record<string, string>> = { HiveContext: 'SQLContext', Dataset: 'DataFrame' };

function method(kind: string, name: string, language: Language): Method | undefined {
  let known = decoded[language].get(kind);
  if (!known) decoded[language].set(kind, (known = new Map()));
  const found = known.get(name);
  if (found !== undefined || known.has(name)) return found;
  const made = decode(alike[kind] ?? kind, name, language);
  known.set(name, made);
  return made;
}

function decode(owner: string, name: string, language: Language): Method | undefined {
  const methods = owners[owner];
  if (!methods) return undefined;
  const raw = Object.hasOwn(methods, name) ? methods[name] : undefined;
  if (!raw) return closed[language].has(owner) ? unlisted(owner, name, language) : undefined;
  if (raw.languages === (language === 'python' ? 's' : 'p')) return undefined;
  const { scala, variants, languages, ...common } = raw;
  const facts: RawFacts = language === 'scala' && scala ? { ...common, variants, ...scala } : { ...common, variants };
  return asMethod(facts, { owner, name, languages: languages === undefined ? undefined : languages === 'p' ? ['python'] : ['scala'] });
}

function asMethod({ variants, ...facts }: RawFacts, named: Pick<Method, 'owner' | 'name' | 'languages'>): Method {
  const told = Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== null));
  const made = { ...nothingDone, ...told, ...named } as unknown as Method;
  return variants ? { ...made, variants: variants.map(({ when, ...changes }) => ({ when, method: asMethod({ ...facts, ...changes }, named) })) } : made;
}

const nothingDone = { shuffle: 'no', job: 'no', driver: 'none', lineage: 'none' } as const;

/** Setters and getters of estimators are too many to list: what they give is no dataset. A schema is a sequence in Scala. */
function unlisted(owner: string, name: string, language: Language): Method | undefined {
  if (name.startsWith('_') || language === 'scala' && owner === 'StructType' && scalaMethod('list', name)) return undefined;
  return { ...nothingDone, owner, name, returns: [{ kind: /^set[A-Z]/.test(name) || building.has(owner) ? owner : 'local' }] };
}

const tellers = { python: new Map<string, string[]>(), scala: new Map<string, string[]>() };
const listed = new Set<string>();
const implied = new Set<string>();
for (const [owner, methods] of Object.entries(owners)) {
  for (const [name, { telling, languages, lists, implicits, scala }] of Object.entries(methods)) {
    const tells = (language: Language): void => void tellers[language].set(name, [...(tellers[language].get(name) ?? []), owner]);
    if (telling === true && languages !== 's') tells('python');
    if ((scala?.['telling'] ?? telling) === true && languages !== 'p') tells('scala');
    if (languages !== 'p' && (scala?.['lists'] ?? lists)) listed.add(name);
    if (languages !== 'p' && (scala?.['implicits'] ?? implicits)) implied.add(name);
  }
}

/** Whose functions these modules have. */
const functionModules: ReadonlyMap<string, Language> = new Map([['pyspark.sql.functions', 'python'], ['pyspark.sql.connect.functions', 'python'], ['pyspark.sql.functions.builtin', 'python'], ['org.apache.spark.sql.functions', 'scala']]);

function imported(module: string, name: string): ImportFact | undefined {
  const language = functionModules.get(module);
  if (language) return functionNamed(name, language);
  // `$"name"`, by `import spark.implicits._` of whatever the session is called.
  if (module.endsWith('.implicits')) return name === '$' || name === 'StringToColumn' ? functionNamed('col', 'scala') : undefined;
  if (mlModules.has(module)) return mlMember(module, name);
  if (mlForeign.has(module)) return { is: 'foreign', name: `${module}.${name}` };
  if (module === 'pyspark.pandas' || module === 'databricks.koalas') return pandasMember(name);
  if (module.startsWith('org.apache.spark.mllib.') && /Model$/.test(name)) return { is: 'owner', kind: 'MLlibModel', guessed: true };
  const names = imports[module];
  const word = names && Object.hasOwn(names, name) ? names[name] : undefined;
  if (word !== undefined) return importFact(word);
  if (names?.['*'] !== undefined) return { ...importFact(names['*']), guessed: true } as ImportFact;
  const inside = `${module}.${name}`;
  if (!module.startsWith('org.apache.spark')) return undefined;
  if (Object.hasOwn(imports, inside) || mlModules.has(inside)) return { is: 'module', name: inside };
  return insides.some((start) => module === start || module.startsWith(`${start}.`)) ? { is: 'foreign', name: inside, guessed: true } : undefined;
}
const insides: readonly string[] = data.insides;

function functionNamed(name: string, language: Language): ImportFact | undefined {
  const fact = Object.hasOwn(functions, name) ? functions[name] : undefined;
  if (!fact || fact[language] === false) return undefined;
  return { is: 'function', returns: fact.returns, callbacks: fact.callbacks, fact: { name, class: fact.class, returns: fact.returns, atMost: fact.atMost } };
}

function mlMember(module: string, name: string): ImportFact | undefined {
  const inside = `${module}.${name}`;
  if (/^[A-Z]/.test(name)) return mlValues.has(inside) ? { is: 'foreign', name: inside } : { is: 'owner', kind: /Model$/.test(name) ? 'MLModel' : /Summary$/.test(name) ? 'MLSummary' : mlTransformers.has(name) ? 'MLTransformer' : 'MLEstimator', guessed: true };
  return mlModules.has(inside) || mlForeign.has(inside) || Object.hasOwn(imports, inside) || insides.includes(inside) ? { is: 'module', name: inside } : undefined;
}
/** What stands among estimators and is none. */
const mlValues: ReadonlySet<string> = new Set(['org.apache.spark.ml.feature.LabeledPoint', 'org.apache.spark.ml.PredictorParams', 'org.apache.spark.ml.PipelineStage']);

function importFact(word: string): ImportFact {
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

/** Names of types that no program has but of Spark: they are believed where no import in sight brings them. */
const bareTypes: ReadonlyMap<string, string> = new Map([
  ...['DataFrame', 'SparkSession', 'SparkContext', 'SparkConf', 'RDD', 'SQLContext', 'KeyValueGroupedDataset', 'DataFrameReader', 'DataFrameWriter', 'DataStreamReader', 'DataStreamWriter', 'StreamingQuery', 'StreamingContext', 'DStream', 'DeltaTable', 'StructType', 'UserDefinedFunction', 'WindowSpec'].map((kind) => [kind, kind] as const),
  ['Dataset', 'DataFrame'], ['RelationalGroupedDataset', 'GroupedData'], ['HiveContext', 'SQLContext'], ['JavaSparkContext', 'SparkContext'], ['LongAccumulator', 'Accumulator'], ['DoubleAccumulator', 'Accumulator'], ['InputDStream', 'DStream'], ['VertexRDD', 'RDD'], ['EdgeRDD', 'RDD'],
]);

/** The longest beginning decides. */
const packages = new Map<string, 'spark' | 'foreign' | 'unknown'>((['spark', 'unknown', 'foreign'] as const).flatMap((is) => data.packages[is].map((name) => [name, is] as const)));
function packageIs(dotted: string): { is: 'spark' | 'foreign' | 'unknown'; by: string } {
  for (let end = dotted.length; end > 0; end = dotted.lastIndexOf('.', end - 1)) {
    const by = dotted.slice(0, end);
    const is = packages.get(by);
    if (is) return { is, by };
  }
  return { is: 'unknown', by: '' };
}

/** Where packages begin that are known by longer names. */
const roots = new Set([...packages.keys()].flatMap((name) => (name.includes('.') ? [name.slice(0, name.indexOf('.'))] : [])).filter((root) => !packages.has(root)));

function provided(name: string, language: Language): ImportFact | undefined {
  const kind = givenName(name, language);
  if (kind !== undefined) return Object.hasOwn(owners, kind) ? { is: 'value', kind } : { is: 'foreign', name: kind };
  if (language === 'python') return undefined;
  if (name === '$') return functionNamed('col', 'scala');
  if (Object.hasOwn(predef, name)) return { is: 'foreign', name: predef[name]! };
  return roots.has(name) ? { is: 'module', name } : undefined;
}

const givenName = (name: string, language: Language): string | undefined => (Object.hasOwn(given[language], name) ? given[language][name] : undefined);

/** Members of foreign values that are Spark again, or that a plain name must not hide; calls that do not come back. */
const foreignMembers: ReadonlyMap<string, ReadonlyMap<string, string>> = new Map([
  // Where notebooks put their globals for modules to find.
  ['builtins', new Map([['spark', 'SparkSession'], ['sc', 'SparkContext'], ['dbutils', 'dbutils']])],
  ...['sys.exit', 'os._exit', 'os.abort', 'builtins.exit', 'builtins.quit', 'dbutils.notebook.exit', 'scala.sys.exit', 'scala.sys.error', 'java.lang.System.exit'].map((name) => [name, new Map([['()', 'never']])] as const),
]);

export const api: Api = {
  method,
  methods: (kind) => Object.keys(owners[alike[kind] ?? kind] ?? {}).flatMap((name) => method(kind, name, 'python') ?? method(kind, name, 'scala') ?? []),
  isKind: (name) => Object.hasOwn(owners, name) || Object.hasOwn(alike, name),
  kindsTelling: (name, language) => tellers[language].get(name) ?? [],
  imported,
  library(module, language) {
    const { is, by } = packageIs(module);
    // No module of Python begins with two words that a package of Scala's begins with.
    if (language === 'scala' || language === undefined && by.includes('.')) return is;
    const top = module.split('.')[0]!;
    return sparkLibraries.has(top) ? 'spark' : foreignLibraries.has(top) ? 'foreign' : 'unknown';
  },
  foreign: (type, member) => foreignMembers.get(type)?.get(member),
  given: (name, language = 'python') => givenName(name, language),
  provided,
  annotation: (dotted, language = 'python') => annotations.get(dotted) ?? (language === 'scala' ? bareTypes.get(dotted) : undefined),
  methodNames: new Set(Object.entries(owners).filter(([owner]) => publicOwners.has(owner)).flatMap(([, methods]) => Object.keys(methods).filter((name) => !name.startsWith('_')))),
  listed, implied,
};
