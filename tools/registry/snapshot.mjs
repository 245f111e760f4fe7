/** From what a release answers to the facts that the data file keeps of it. */
import { modules, transports, wordOrder } from './extra.mjs';

/** The module that a transport is asked as. */
const ofTransport = 'spark.MODULE.';

/** `known`: keys that are followed even where they are only named. */
export function snapshotOf(answer, { known, prefixes }) {
  const keys = {};
  const of = (key) => (keys[key] ??= {});
  for (const entry of answer.entries) Object.assign(of(entry.key), entryFacts(entry));
  const used = new Set([...known, ...Object.keys(keys)]);

  // Names that went, and what took their place.
  const lists = [...Object.entries(answer.deprecated), ...Object.entries(answer.sqlDeprecated), ...Object.entries(answer.sqlRemoved)];
  for (const key of [...lists.map(([name]) => name), ...Object.keys(answer.alternatives)]) used.add(key);
  for (const [key, { version, deprecationMessage, comment }] of lists) {
    if (!answer.sqlRemoved[key]) of(key).dep = version;
    const use = keysIn(deprecationMessage ?? comment).filter((name) => name !== key && (used.has(name) || answer.names.has(name) || /[*{]/.test(name)));
    if (use.length > 0) of(key).use = use;
  }
  for (const [key, { version, defaultValue }] of Object.entries(answer.sqlRemoved)) Object.assign(of(key), { rem: version, only: defaultValue });
  for (const [old, { version, use, read }] of Object.entries(answer.alternatives)) {
    Object.assign(of(old), { dep: version, use: [use] });
    if (read) formerName(of, old, use);
  }
  for (const { key, alternatives = [] } of answer.entries) {
    for (const old of alternatives) {
      of(old).use ??= [key];
      formerName(of, old, key);
    }
  }

  // Read without being registered: by a transport, or named in a class.
  const asked = new Set(Object.keys(answer.transport).flatMap((key) => (key.startsWith(ofTransport) ? transports.map((name) => key.replace('MODULE', name)) : [key])));
  for (const key of used) {
    // Lists hold names to tell of them; what is Hadoop's, Hadoop reads.
    if (keys[key]?.v || answer.sqlRemoved[key] || answer.sqlDeprecated[key] || key.startsWith('spark.hadoop.fs.')) continue;
    if (asked.has(key) || answer.names.has(key)) of(key).n = 1;
  }
  const brought = answer.modules ?? [];
  for (const [name, pattern] of modules) {
    // One of its keys may stand in the core.
    if (brought.some((jar) => jar.includes(name)) || answer.entries.filter(({ key }) => pattern.test(key)).length > 1) continue;
    for (const key of used) if (pattern.test(key) && !keys[key]?.v) keys[key] = null;
  }

  return {
    keys,
    prefixes: Object.fromEntries(prefixes.filter((prefix) => isNamed(answer.names, prefix)).map((prefix) => [prefix, { v: 1 }])),
    transports: Object.fromEntries(Object.keys(answer.transport).filter((key) => key.startsWith(ofTransport)).map((key) => [key.slice(ofTransport.length), { v: 1 }])),
    options: Object.fromEntries(Object.entries(answer.submit).map(([name, option]) => [name, optionFacts(option)])),
    variables: Object.fromEntries([...answer.variables].map(([name, where]) => [name, clean({ v: 1, in: [...where].sort().join(' '), keys: answer.environment[name] })])),
  };
}

/** It, it without its dot, or something below it stands in a class; those of resources are put together elsewhere, and stand in examples. */
const isNamed = (names, prefix) => names.has(prefix) || names.has(prefix.slice(0, -1)) || !prefix.endsWith('.resource.') && [...names].some((name) => name.startsWith(prefix));
const clean = (facts) => Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
const keysIn = (text) => [...new Set((text ?? '').match(/spark\.[\w.*{},]*[\w*}]/g) ?? [])];

function formerName(of, old, key) {
  of(old).n = 1;
  of(key).alt = [...new Set([...(of(key).alt ?? []), old])];
}

const millis = { s: 1000, min: 60_000 };

/** Spark says times in milliseconds: better in the key's own unit. */
function inUnit({ default: text, unit }) {
  const size = millis[unit];
  const count = Number(/^(-?\d+)ms$/.exec(text)?.[1]) / size;
  return Number.isInteger(count) ? `${count}${unit}` : text;
}

const placeOf = (word) => (wordOrder.indexOf(word) + wordOrder.length + 1) % (wordOrder.length + 1);

const scopes = { session: 's', static: 't' };

function entryFacts(entry) {
  const { type, ofMachine, fallback } = entry;
  const allowed = entry.allowed?.toSorted((a, b) => placeOf(a) - placeOf(b)) ?? entry.only?.map(String);
  return clean({
    v: 1, t: type, u: entry.unit, d: ofMachine || entry.default === undefined || entry.default === 'null' ? undefined : inUnit(entry), f: fallback, m: ofMachine ? 1 : undefined,
    s: entry.since, i: entry.public ? undefined : 1, r: scopes[entry.scope], p: entry.prepended,
    a: allowed, c: entry.anyCase ? 1 : undefined,
    lo: entry.low, hi: entry.high, ol: entry.openLow ? 1 : undefined, oh: entry.openHigh ? 1 : undefined, also: entry.also,
  });
}

/** `sets`: by key, where the option sets it; `''` does nothing, `!` is refused, `=` goes on to the cluster as it is. */
function optionFacts({ names, value, keys, sets = {} }) {
  const where = {};
  for (const [place, changed] of Object.entries(sets)) {
    if (place.startsWith('mesos')) continue;
    const set = changed.filter((key) => key.startsWith('spark.') || key === '!');
    const texts = set.length > 0 ? set : changed.length > 0 ? ['='] : [''];
    for (const key of texts) (where[key] ??= []).push(place);
  }
  const told = Object.fromEntries(Object.entries(where).map(([key, places]) => [key, shortened(places, Object.keys(sets).filter((place) => !place.startsWith('mesos')))]));
  // Without a name an application is named after its class: that is no setting of the option's own.
  const own = names[0] === '--class' ? { keys: undefined, sets: undefined } : { keys: keys?.length ? keys : undefined, sets: Object.keys(told).length > 0 ? told : undefined };
  return clean({ v: 1, names: names.length > 1 ? names.slice(1) : undefined, value: value ? 1 : undefined, ...own });
}

/** 'yarn client' and 'yarn cluster' are 'yarn'; everywhere is '*'. */
function shortened(places, all) {
  if (places.length === all.length) return '*';
  const managers = [...new Set(all.map((place) => place.split(' ')[0]))];
  return managers.flatMap((name) => {
    const [those, of] = [places, all].map((list) => list.filter((place) => place.startsWith(`${name} `)));
    return those.length === of.length ? [name] : those.map((place) => place.replace(' ', '-'));
  }).join(' ');
}
