#!/usr/bin/env node
/**
 * Makes server/src/knowledge/api-data.json: the API table in a compact form.
 *   node tools/generate-api.mjs --from api.json FOLDER…    from extracted facts (owners, functions), tools/api-extra.mjs,
 *                                                          tools/api-scala.mjs and what installed releases have of
 *                                                          attributes (…/site-packages/pyspark; last 3.5.6 and 4.3.0)
 *   node tools/generate-api.mjs --check            the committed table names only what it also defines
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as extra from './api-extra.mjs';
import * as scala from './api-scala.mjs';

const target = new URL('../server/src/knowledge/api-data.json', import.meta.url);
const special = /^(none|unknown|self|callback|first|element|local(:.*)?|constant:.+|((list|tuple|iterator|dict|set|option):.+))$/;

const option = process.argv.indexOf('--from');
if (option > 0) {
  writeFileSync(target, JSON.stringify(build(JSON.parse(readFileSync(process.argv[option + 1], 'utf8')), attributesIn(process.argv.slice(option + 2)))).replace(/\],"/g, '],\n"') + '\n');
} else if (!process.argv.includes('--check')) {
  console.error('usage: node tools/generate-api.mjs --from PATH_TO_api.json FOLDER_OF_PYSPARK… | --check');
  process.exit(2);
}
check(JSON.parse(readFileSync(target, 'utf8')));

/** By class, what is read from its objects without a call. */
function attributesIn(folders) {
  if (folders.length === 0) throw new Error('no installed pyspark is named: attributes would be lost');
  return JSON.parse(execFileSync('python3', [fileURLToPath(new URL('pyspark-attributes.py', import.meta.url)), ...folders], { encoding: 'utf8' }));
}

function build(facts, attributes) {
  const owners = {};
  for (const [owner, methods] of Object.entries(facts.owners)) {
    owners[owner] = {};
    for (const method of methods) owners[owner][method.name] = methodOf(owner, method);
  }
  // Of a frame whose attribute is not known, any name is a column.
  for (const [owner, names] of Object.entries(attributes)) {
    for (const name of names) owners[owner][name] ??= { returns: extra.returns[owner]?.[name] ?? [{ kind: 'local' }], property: true, languages: 'p' };
  }
  for (const [owner, methods] of Object.entries(extra.owners)) {
    owners[owner] = { ...Object.fromEntries(Object.entries(methods).map(([name, fact]) => [name, prune({ ...fact, bound: fact.bound === 'rows' ? 'argument' : fact.bound })])) };
  }
  for (const [owner, methods] of Object.entries(extra.further)) for (const [name, fact] of Object.entries(methods)) owners[owner][name] = prune({ ...fact, languages: 'p' });
  for (const [frame, members] of Object.entries(facts.pandas_on_spark)) owners[`PandasOnSpark.${frame.split('.').at(-1)}`] = pandasOwner(frame, members, facts.pandas_on_spark);
  addScala(owners);
  const functions = Object.fromEntries(Object.entries(facts.functions).map(([name, fact]) => [name, prune({
    class: fact.class, ...(extra.functions[name] ?? scala.functions[name] ?? { returns: 'Column' }), atMost: extra.atMost[name], python: fact.python?.since ?? (fact.python ? undefined : false), scala: fact.scala?.since ?? (fact.scala ? undefined : false),
  })]));
  const stdlib = JSON.parse(execFileSync('python3', ['-c', 'import sys, json; print(json.dumps(sorted(n for n in sys.stdlib_module_names if not n.startswith("_"))))'], { encoding: 'utf8' }));
  return {
    owners, functions, imports: { ...extra.imports, ...scala.imports }, mlModules: [...extra.mlModules, ...scala.mlModules], mlTransformers: extra.mlTransformers, mlForeign: extra.mlForeign,
    given: { python: extra.given, scala: scala.given }, predef: scala.predef, foreign: [...new Set([...stdlib, ...extra.foreignLibraries])], spark: extra.sparkLibraries, packages: scala.packages, insides: scala.insides,
    public: Object.keys(facts.owners), closed: { python: extra.closedOwners, scala: scala.closedOwners }, building: scala.buildingOwners,
  };
}

/** What is said of Scala alone: whole members where Python has none of the name, else what differs, under `scala`. */
function addScala(owners) {
  for (const [owner, names] of Object.entries(scala.misplaced)) for (const name of names) delete owners[owner][name];
  for (const [owner, names] of Object.entries(scala.pythonOnly)) for (const name of names) owners[owner][name].languages = 'p';
  for (const [owner, members] of Object.entries(scala.facts)) {
    const known = (owners[owner] ??= {});
    for (const [name, fact] of Object.entries(members)) {
      const common = Object.hasOwn(known, name) ? known[name] : undefined;
      if (!common) known[name] = prune({ ...fact, languages: 's' }, null);
      else if (common.languages === 's') known[name] = prune({ ...common, ...fact }, null);
      else known[name] = differing({ ...common, languages: undefined }, fact);
    }
  }
  flag(owners, 'property', scala.properties, Object.keys(scala.properties));
  flag(owners, 'implicits', scala.implicits, Object.keys(scala.implicits));
  flag(owners, 'telling', scala.telling, Object.keys(owners));
}

/** Of these owners' members, those that the table names have the flag in Scala (or what it says of them), and no others. */
function flag(owners, field, table, of) {
  for (const owner of of) {
    for (const [name, member] of Object.entries(owners[owner])) {
      const named = table[owner] ?? [];
      const is = Array.isArray(named) ? named.includes(name) : Object.hasOwn(named, name) && named[name];
      if (member.languages === 's') owners[owner][name] = prune({ ...member, [field]: is || undefined });
      else if (member.languages !== 'p' && is !== (member[field] ?? false)) owners[owner][name] = { ...member, scala: { ...member.scala, [field]: is } };
    }
  }
}

function differing(common, fact) {
  const { scala: before, ...rest } = common;
  const changes = Object.entries({ ...before, ...fact }).filter(([key, value]) => JSON.stringify(rest[key] ?? null) !== JSON.stringify(value));
  return prune({ ...rest, scala: changes.length > 0 ? Object.fromEntries(changes) : undefined });
}

function methodOf(owner, method) {
  const { name } = method;
  const is = (table, ...keys) => keys.reduce((at, key) => at?.[key], table);
  const has = (table, kind) => is(table, owner, kind)?.includes(name);
  const dataset = /^(DataFrame|RDD|DStream|GroupedData|KeyValueGroupedDataset|PandasCogroupedOps|RDDBarrier)$/;
  const kinds = method.returns_kind.map((kind) => (kind === 'pandas.DataFrame' ? 'PandasOnSpark.DataFrame' : kind));
  const derives = kinds.some((kind) => dataset.test(kind));
  const read = extra.reads[owner]?.[name];
  const write = extra.writes[owner]?.[name];
  let lineage = ['same', 'narrow', 'wide', 'join', 'union', 'source'].find((kind) => has(extra.lineage, kind));
  lineage ??= read ? 'source' : method.category === 'source' ? 'source' : derives ? (method.shuffle === 'yes' ? 'wide' : 'narrow') : 'none';
  const sinks = method.category === 'sink' || write;
  const action = method.category === 'action' || (sinks && owner !== 'DataStreamWriter');
  let job = method.job === 'yes' ? 'yes' : method.job === 'maybe' ? 'maybe' : 'no';
  if (extra.jobsByPlan[owner]?.includes(name)) job = 'plan';
  if (extra.jobsAtCall[owner]?.includes(name)) job = 'yes';
  if (extra.neverJobs[owner]?.includes(name)) job = 'no';
  if (lineage === 'source' || /^(GroupedData|SparkSession|SparkContext|DataFrameReader|DataStreamReader|DStream)$/.test(owner) && name !== 'pivot' && name !== 'runJob') job = 'no';
  const bound = Object.keys(extra.bounds[owner] ?? {}).find((kind) => extra.bounds[owner][kind].includes(name));
  const cacheKind = Object.keys(extra.cache[owner] ?? {}).find((kind) => extra.cache[owner][kind].includes(name));
  const since = prune({ python: method.python?.since ?? undefined, scala: method.scala?.since ?? undefined });
  const last = method.python?.seen_last;
  return prune({
    returns: extra.returns[owner]?.[name] ?? [{ kind: kinds[0] === 'none' && kinds[1] ? kinds[1] : kinds[0] }],
    property: extra.properties[owner]?.includes(name) || undefined,
    lineage: lineage === 'none' ? undefined : lineage, shuffle: method.shuffle === 'no' ? undefined : method.shuffle, job: job === 'no' ? undefined : job,
    driver: !method.driver || method.driver === 'none' ? undefined : method.driver,
    reads: action ? (extra.readsSome.includes(name) ? 'some' : 'all') : undefined,
    bound: bound === 'rows' ? 'argument' : bound === 'sampled' ? 'sampled' : bound ?? (lineage === 'source' ? 'source' : ['narrow', 'wide', 'same', 'join'].includes(lineage) ? (lineage === 'join' ? 'join' : 'same') : undefined),
    cache: cacheKind, callbacks: extra.callbacks[owner]?.[name], sets: extra.sets[owner]?.[name],
    io: read ? { does: 'read', ...read } : write ? { does: 'write', ...write } : undefined,
    costly: extra.costly[owner]?.includes(name) || undefined, telling: extra.telling[owner]?.includes(name) || undefined, parameters: extra.parameters[owner]?.[name],
    since: Object.keys(since).length > 0 ? since : undefined, last: last && last !== '4.3.0' ? last : undefined,
    languages: method.python && method.scala ? undefined : method.python ? 'p' : 's',
  });
}

/** pandas-on-Spark: frames and series give frames and series; the rest are plain values. */
function pandasOwner(owner, members, all) {
  const result = {};
  for (const member of members) {
    const text = String(member.returns?.[0] ?? '');
    const kind = /DataFrame|FrameLike/.test(text) ? 'PandasOnSpark.DataFrame' : /Series/.test(text) ? 'PandasOnSpark.Series' : /GroupBy/.test(text) ? 'PandasOnSpark.DataFrame' : /Index/.test(text) && all['pandas.Index'] ? 'PandasOnSpark.Index' : 'local';
    result[member.name] = prune({ returns: [{ kind: member.name === 'to_spark' || member.name === 'spark' ? 'DataFrame' : member.name === 'to_pandas' ? 'local:pandas.DataFrame' : kind }], property: member.property || undefined, languages: 'p', lineage: member.name === 'to_spark' ? 'source' : undefined });
  }
  return result;
}

function prune(object, empty = undefined) {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined && value !== empty));
}

function check(data) {
  const problems = [];
  const known = (kind) => kind in data.owners || special.test(kind);
  for (const [owner, methods] of Object.entries(data.owners)) {
    for (const [name, method] of Object.entries(methods)) {
      for (const overload of [method, method.scala ?? {}, ...(method.variants ?? []), ...(method.scala?.variants ?? [])].flatMap(({ returns = [] }) => returns)) if (!known(overload.kind) && !/^local/.test(overload.kind)) problems.push(`${owner}.${name} returns ${overload.kind}, which is no owner`);
    }
  }
  for (const table of [extra.properties, extra.lineage, extra.cache, extra.bounds, extra.callbacks, extra.sets, extra.reads, extra.writes, extra.returns, extra.telling, scala.properties, scala.telling, scala.implicits]) {
    for (const [owner, entry] of Object.entries(table)) {
      const names = Array.isArray(entry) ? entry : Object.entries(entry).flatMap(([key, value]) => (Array.isArray(value) && typeof value[0] === 'string' ? value : [key]));
      for (const name of names) if (!data.owners[owner]) problems.push(`${owner} is no owner`); else if (typeof name === 'string' && !(name in data.owners[owner]) && !/^(same|narrow|wide|join|union|cache|release|checkpoint|argument|one|groups|local|sum|rows|sampled|columns)$/.test(name)) problems.push(`${owner}.${name} is named in the extension and in no fact`);
    }
  }
  if (problems.length > 0) {
    console.error(problems.join('\n'));
    process.exit(1);
  }
  console.log(`api-data.json: ${Object.keys(data.owners).length} owners, ${Object.values(data.owners).reduce((sum, methods) => sum + Object.keys(methods).length, 0)} methods, ${Object.keys(data.functions).length} functions`);
}
