/**
 * Where rows that an action brought to the driver go from there, by the names that hold them or what is made of them: to
 * libraries that work on them in the driver's memory.
 */
import type { EventOf, SparkProgram } from '../analysis/model.ts';
import { calledName, forEachChild, forEachOf, namesOf } from '../program/expressions.ts';
import type { Def, Expr, Lowered, TypeRef } from '../program/program.ts';
import type { Range } from '../text/range.ts';
import { oncePerProgram } from './queries.ts';
import { boundBy, definitionsAt, type Statement, statementAt, statementsIn, statementsOf } from './statements.ts';
import { someWithin } from './written.ts';

type Call = Expr & { readonly kind: 'call' };

/** An expression that gives the rows, or what is made of them, in the statement that it stands in. */
interface Place extends Range {
  readonly statement: Statement;
}

/** The library that is given them, or something made of them row by row, as far as this module tells. */
export function libraryGiven(program: SparkProgram, { site }: EventOf<'action'>): string | undefined {
  const statement = site.module === program.path ? statementAt(program.lowered, site.start) : undefined;
  const places: Place[] = statement ? [{ statement, start: site.start, end: site.end }] : [];
  const followed = new Set<readonly Place[]>();
  /** What stands above in the same function runs before. */
  const follow = (found: readonly Place[] | undefined, from?: Place): void => {
    if (!found || followed.has(found)) return;
    followed.add(found);
    places.push(...found.filter((each) => !from || each.start > from.start || each.statement.def !== from.statement.def));
  };
  const read = readsOf(program);
  for (let at = 0; at < Math.min(places.length, mostPlaces); at++) {
    const place = places[at]!;
    const { expr, def } = place.statement;
    const { library, reduced, given } = takersOf(program, place);
    if (library !== undefined) return library;
    if (reduced) continue;
    for (const { owner, name } of given) follow(read.get(owner)?.get(name));
    for (const name of boundBy(place.statement)) follow(read.get(ownerOf(name, [program.lowered.module, ...definitionsAt(program.lowered, place.start)]))?.get(name), place);
    if (expr.kind === 'exit' && expr.how === 'return') follow(callsOf(program).get(def.name));
  }
  return undefined;
}
const mostPlaces = 60;

interface Parameter {
  readonly owner: Def;
  readonly name: string;
}

/** What stands around a place in its statement: a call that is given it, what asks it for a number or so. */
function takersOf(program: SparkProgram, { statement, start, end }: Place): { readonly library: string | undefined; readonly reduced: boolean; readonly given: readonly Parameter[] } {
  const { base } = statement;
  const given: Parameter[] = [];
  let reduced = false;
  let library: string | undefined;
  const holds = ({ span }: Expr): boolean => base + span[0] <= start && end <= base + span[1];
  const enter = (expr: Expr): void => {
    if (expr.kind === 'call') {
      const index = expr.args.findIndex(({ value }) => holds(value));
      if (index >= 0) {
        library ??= libraryOf(program, expr);
        reduced ||= library === undefined && counting.has(calledName(expr) ?? '');
        given.push(...parametersOf(program, expr, index));
      } else reduced ||= expr.fn.kind === 'member' && holds(expr.fn.on) && reducing.has(expr.fn.name);
    } else if (expr.kind === 'member') reduced ||= reducing.has(expr.name);
    forEachChild(expr, (child) => {
      if (child.kind !== 'closure' && holds(child)) enter(child);
    });
  };
  enter(headOf(statement.expr));
  return { library, reduced, given };
}

/** Of a statement with blocks only what it begins with. */
function headOf(expr: Expr): Expr {
  if (expr.kind === 'loop' && expr.over && !expr.yields) return expr.over;
  return expr.kind === 'if' && !expr.expression ? expr.test : expr;
}

/** One value, a number or a name, is left of a frame. */
const reducing: ReadonlySet<string> = new Set(['mean', 'sum', 'min', 'max', 'std', 'var', 'median', 'count', 'nunique', 'unique', 'describe', 'shape', 'empty', 'columns', 'dtypes', 'head', 'tail', 'item', 'size', 'info', 'value_counts', 'quantile']);
const counting: ReadonlySet<string> = new Set(['len', 'print', 'type', 'isinstance', 'str', 'display', 'min', 'max', 'sum']);

/** The parameter of a function of the module that an argument stands for. */
function parametersOf(program: SparkProgram, { args, fn }: Call, index: number): Parameter[] {
  const name = fn.kind === 'name' || fn.kind === 'member' && fn.on.kind === 'name' && fn.on.name === 'self' ? fn.name : undefined;
  const def = name === undefined ? undefined : functionsOf(program).get(name);
  if (!def) return [];
  const params = fn.kind === 'member' ? def.params.slice(1) : def.params;
  const { name: keyword } = args[index]!;
  const param = keyword === undefined ? params[index] : params.find((each) => each.name === keyword);
  return param ? [{ owner: def, name: param.name }] : [];
}

/**
 * `table = frame.toPandas()`, of which one row after the other is picked by its values (`table[table["id"] == wanted]`):
 * what stands on the driver to be looked up in is small.
 */
export function isLookedUpOnly(program: SparkProgram, { site, use }: EventOf<'action'>): boolean {
  const statement = use.is === 'bound' && site.module === program.path ? statementAt(program.lowered, site.start) : undefined;
  const [name, ...others] = statement?.expr.kind === 'bind' && statement.expr.value && statement.base + statement.expr.value.span[1] === site.end ? boundBy(statement) : [];
  if (!statement || name === undefined || others.length > 0) return false;
  const reads = readsOf(program).get(ownerOf(name, [program.lowered.module, ...definitionsAt(program.lowered, site.start)]))?.get(name) ?? [];
  let picks = false;
  for (const read of reads) {
    const looked = looksUp(program, read, name);
    if (looked === undefined) return false;
    picks ||= looked === 'row';
  }
  return picks;
}

/** Whether it is asked there for rows by a value, or for what little a look-up needs besides. */
function looksUp(program: SparkProgram, { statement, start, end }: Place, name: string): 'row' | 'keys' | undefined {
  const { base } = statement;
  const holds = ({ span }: Expr): boolean => base + span[0] <= start && end <= base + span[1];
  const isIt = (expr: Expr): boolean => expr.kind === 'name' && expr.name === name;
  const enter = (expr: Expr): 'row' | 'keys' | undefined => {
    if (expr.kind === 'index' && isIt(expr.on) && comparesColumns(expr.index, name)) return takesOne(program, statement, expr) ? 'row' : undefined;
    if (expr.kind === 'member' && isIt(expr.on) && (expr.name === 'empty' || expr.name === 'columns')) return 'keys';
    if (expr.kind === 'member' && expr.name === 'unique' && expr.on.kind === 'index' && isIt(expr.on.on)) return 'keys';
    let found: 'row' | 'keys' | undefined;
    forEachChild(expr, (child) => {
      if (child.kind !== 'closure' && holds(child)) found ??= enter(child);
    });
    return found;
  };
  return enter(headOf(statement.expr));
}

/** Of what is picked there, the first is taken, in the statement or by the name that it is given: `row.iloc[0]`. */
function takesOne(program: SparkProgram, statement: Statement, picked: Expr): boolean {
  const { expr, start, end, block } = statement;
  if (someWithin(headOf(expr), (each) => isFirstOf(each, (of) => of === picked))) return true;
  const defs = [program.lowered.module, ...definitionsAt(program.lowered, start)];
  return boundBy(statement).some((name) => {
    // From where it is bound anew on, it is something else.
    const until = statementsIn(program.lowered, { start: end, end: block.end }).find((other) => boundBy(other).includes(name))?.end ?? block.end;
    return readsOf(program).get(ownerOf(name, defs))?.get(name)?.some((read) => read.start >= end && read.end <= until
      && someWithin(headOf(read.statement.expr), (each) => isFirstOf(each, (of) => of.kind === 'name' && of.name === name)));
  });
}

/** `of.iloc[0]`, `of["rate"].values[0]`, `of.item()` */
function isFirstOf(expr: Expr, isIt: (of: Expr) => boolean): boolean {
  const isOfIt = (each: Expr): boolean => isIt(each) || (each.kind === 'index' || each.kind === 'member') && isOfIt(each.on);
  if (expr.kind === 'call') return expr.fn.kind === 'member' && (expr.fn.name === 'item' || expr.fn.name === 'squeeze') && isOfIt(expr.fn.on);
  return expr.kind === 'index' && expr.on.kind === 'member' && byPlace.has(expr.on.name) && isZero(expr.index) && isOfIt(expr.on.on);
}
const byPlace: ReadonlySet<string> = new Set(['iloc', 'iat', 'values']);
/** `0`, `0, 1` */
const isZero = (index: Expr): boolean => (index.kind === 'collection' ? index.items[0] !== undefined && isZero(index.items[0].value) : index.kind === 'literal' && index.value === 0);

/** `(table["id"] == wanted) & (table["day"] == day)` */
function comparesColumns(expr: Expr, name: string): boolean {
  if (expr.kind !== 'operator') return false;
  if (expr.name === '&') return expr.args.every((arg) => comparesColumns(arg, name));
  return expr.name === '==' && expr.args.some((arg) => (arg.kind === 'index' || arg.kind === 'member') && arg.on.kind === 'name' && arg.on.name === name);
}

// ---- names of libraries, and of what is made by them -------------------------------------------------------------------

/** Libraries that learn from rows in the memory of one machine, by the module that is imported. */
const learning: ReadonlyMap<string, string> = new Map([
  ['sklearn', 'scikit-learn'], ['statsmodels', 'statsmodels'], ['lifelines', 'lifelines'], ['prophet', 'Prophet'], ['fbprophet', 'Prophet'], ['pmdarima', 'pmdarima'], ['xgboost', 'XGBoost'], ['lightgbm', 'LightGBM'], ['catboost', 'CatBoost'],
  ['tensorflow', 'TensorFlow'], ['keras', 'Keras'], ['torch', 'PyTorch'], ['pymc', 'PyMC'], ['pymc3', 'PyMC'], ['umap', 'UMAP'], ['hdbscan', 'HDBSCAN'], ['imblearn', 'imbalanced-learn'], ['surprise', 'Surprise'], ['gensim', 'gensim'],
  ['mlflow', 'MLflow'],
]);
/** Libraries that work on whole tables in memory: a module that imports one has asked for such a table to work on. */
const working: ReadonlyMap<string, string> = new Map([['pandas', 'pandas'], ['geopandas', 'GeoPandas'], ['polars', 'Polars'], ['networkx', 'NetworkX'], ['scipy', 'SciPy']]);
const known: ReadonlyMap<string, string> = new Map([...learning, ...working]);

/** The module imports such a library, or calls a model by way of MLflow: some table is meant for it. */
export const usesLibrary = oncePerProgram(({ lowered }): boolean => {
  let found = false;
  const asked = namesAsked(lowered);
  forEachOf(lowered, ['import'], (expr) => {
    found ||= expr.module.split('.')[0] !== 'mlflow' && libraryImported(expr) !== undefined && !isOnlyAsked(expr, asked);
  });
  forEachOf(lowered, ['member', 'call'], (expr) => {
    if (expr.kind === 'member') found ||= expr.on.kind === 'member' && flavours.has(expr.on.name) && expr.on.on.kind === 'name' && expr.on.on.name === 'mlflow';
    else found ||= calledName(expr) === 'evaluate' && rootOf(expr) === 'mlflow';
  });
  return found;
});
/** Modules of MLflow for what works in the memory of one machine. */
const flavours: ReadonlySet<string> = new Set(['sklearn', 'xgboost', 'lightgbm', 'catboost', 'statsmodels', 'prophet', 'tensorflow', 'keras', 'pytorch', 'pyfunc']);

/** Names of which something is taken: `pandas.concat(frames)`, `def plot(frame: pandas.DataFrame)`. */
function namesAsked(lowered: Lowered): ReadonlySet<string> {
  const found = new Set<string>();
  const ofType = (type: TypeRef | undefined): void => {
    if (type?.name.includes('.')) found.add(type.name.split('.')[0]!);
    type?.args.forEach(ofType);
  };
  forEachOf(lowered, ['member', 'closure', 'bind'], (expr) => {
    if (expr.kind === 'member' && expr.on.kind === 'name') found.add(expr.on.name);
    if (expr.kind === 'bind') ofType(expr.type);
    if (expr.kind === 'closure') [expr.def.returns, ...expr.def.params.map(({ type }) => type)].forEach(ofType);
  });
  return found;
}

type Import = Expr & { readonly kind: 'import' };

/** `xgboost.spark` works on the executors. */
const libraryImported = ({ level, module }: Import): string | undefined => (level > 0 || /\bspark\b/.test(module) ? undefined : known.get(module.split('.')[0]!));

/** `import xgboost`, to see that it is there, and nothing is taken from it. */
const isOnlyAsked = ({ module, names, as, star }: Import, asked: ReadonlySet<string>): boolean =>
  names === undefined && star !== true && as === undefined && !asked.has(module.split('.')[0]!);

/** What a model is asked with rows. */
const ofModels: ReadonlySet<string> = new Set(['fit', 'fit_transform', 'fit_predict', 'fit_resample', 'partial_fit', 'predict', 'predict_proba', 'predict_log_proba', 'decision_function', 'train_test_split']);

/** Names that a module takes from libraries, and those of what is made by what they name. */
const librariesByName = oncePerProgram(({ lowered }): ReadonlyMap<string, string> => {
  const found = new Map<string, string>();
  forEachOf(lowered, ['import'], (expr) => {
    const library = libraryImported(expr);
    // What pandas is given is a frame of pandas, whatever is done with it.
    if (library === undefined || library === 'pandas') return;
    for (const name of expr.names?.map((each) => each.as) ?? [expr.as ?? expr.module.split('.')[0]!]) found.set(name, library);
  });
  if (found.size > 0) for (const { expr } of statementsOf(lowered)) {
    const library = expr.kind === 'bind' && expr.value ? makerOf(expr.value, found) : undefined;
    if (library !== undefined && expr.kind === 'bind') for (const name of expr.patterns.flatMap(namesOf)) if (!found.has(name)) found.set(name, library);
  }
  return found;
});

/** `LogisticRegression().fit(x)`, `mlflow.xgboost.load_model(uri)`: by what its chain of calls begins with. */
function makerOf(expr: Expr, names: ReadonlyMap<string, string>): string | undefined {
  if (expr.kind !== 'call') return undefined;
  const root = rootOf(expr);
  if (root === 'mlflow') return calledName(expr) === 'load_model' ? 'the model' : undefined;
  return root === undefined ? undefined : names.get(root);
}
const rootOf = (expr: Expr): string | undefined => (expr.kind === 'name' ? expr.name : expr.kind === 'member' || expr.kind === 'index' ? rootOf(expr.on) : expr.kind === 'call' ? rootOf(expr.fn) : undefined);

/** Whose function or model is called. */
function libraryOf(program: SparkProgram, call: Call): string | undefined {
  const names = librariesByName(program);
  if (names.size === 0) return undefined;
  const root = rootOf(call.fn);
  if (root === 'mlflow') return /^evaluate$|^infer_signature$|^predict$/.test(calledName(call) ?? '') ? 'MLflow' : undefined;
  const own = root === undefined ? undefined : names.get(root);
  if (own !== undefined) return own;
  if (call.fn.kind !== 'member' || !ofModels.has(call.fn.name)) return undefined;
  const all = new Set(names.values());
  return all.size === 1 ? [...all][0] : 'the model';
}

// ---- where names are read ----------------------------------------------------------------------------------------------

const readsOf = oncePerProgram(({ lowered }): ReadonlyMap<Def, ReadonlyMap<string, readonly Place[]>> => {
  const found = new Map<Def, Map<string, Place[]>>();
  forEachOf(lowered, ['name'], ({ name }, range, defs) => {
    const statement = statementAt(lowered, range.start);
    const owner = ownerOf(name, defs);
    if (!statement) return;
    const own = found.get(owner) ?? new Map<string, Place[]>();
    found.set(owner, own);
    const places = own.get(name) ?? [];
    own.set(name, places);
    places.push({ ...range, statement });
  });
  return found;
});

/** Calls by the name of what is called. */
const callsOf = oncePerProgram(({ lowered }): ReadonlyMap<string, readonly Place[]> => {
  const found = new Map<string, Place[]>();
  forEachOf(lowered, ['call'], (expr, range) => {
    const name = calledName(expr);
    const statement = name === undefined ? undefined : statementAt(lowered, range.start);
    if (!statement) return;
    const places = found.get(name!) ?? [];
    found.set(name!, places);
    places.push({ ...range, statement });
  });
  return found;
});

const functionsOf = oncePerProgram(({ lowered }): ReadonlyMap<string, Def> =>
  new Map(statementsOf(lowered).flatMap(({ expr }) => (expr.kind === 'closure' && expr.def.kind === 'function' ? [[expr.def.name, expr.def] as const] : []))));

/** Of the definitions around a place, outermost first: the one whose name it is there. */
export const ownerOf = (name: string, defs: readonly Def[]): Def => defs.findLast(({ binds, outer }) => binds.has(name) && !outer.has(name)) ?? defs[0]!;
