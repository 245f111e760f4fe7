/**
 * The shape of config-data.json. What is known is kept by release; what stays the same from one release to the next is
 * written once:
 *   v     releases from which on, in turns, the registry has the key and has it not: "3.0.0 4.1.0"
 *   n     the same, of releases that read the key without registering it, or as a former name of another
 *   t type, u unit, d default, f key that the default is taken from, m default differs by machine, s since as Spark says,
 *   i internal, r settable ('s' in a session, 't' static SQL; without: application), p key whose value stands before
 *   a words that are allowed, c in any case, cl names of classes too, lo hi bounds, ol oh the bound itself is refused, also
 *   numbers beside them
 *   dep deprecated since, use what to use, rem removed since and refused but for `only`, alt former names of this key
 *   k, dd, gone by hand: why it is known without being registered; default as documents put it; read by none from then on
 *   h     of facts that changed, by their names: [release, value] from that release on; null: none
 */

/** What an entry says: holds where it is registered. */
const ofEntry = ['t', 'u', 'd', 'f', 'm', 's', 'i', 'r', 'p', 'a', 'c', 'lo', 'hi', 'ol', 'oh', 'also', 'cl'];
/** What the lists of names that went say. */
const ofLists = ['dep', 'use', 'rem', 'only'];

const fields = [...ofEntry, 'dd', 'k', 'gone', ...ofLists, 'alt', 'v', 'n', 'h'];

const ranks = new Map();

function rankOf(version) {
  if (!ranks.has(version)) ranks.set(version, version.split('.').reduce((rank, part) => rank * 1000 + Number(part), 0));
  return ranks.get(version);
}

/** Of full versions. */
export const compareVersions = (a, b) => rankOf(a) - rankOf(b);

const same = (a, b) => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);

/** Changes of a value that is known for some releases: [[from, value], …]. */
const changes = (points) => points.filter(([, value], index) => index === 0 || !same(value, points[index - 1][1])).map(([release, value]) => [release, value ?? null]);

/** Releases at which it begins, ends, begins …; undefined: never. */
function spans(points) {
  const turns = changes([['', false], ...points.map(([release, value]) => [release, Boolean(value)])]).slice(1);
  return turns.length > 0 ? turns.map(([release]) => release).join(' ') : undefined;
}

const isOn = (text, release) => (text ?? '').split(' ').filter((turn) => turn !== '' && compareVersions(turn, release) <= 0).length % 2 === 1;

/** Puts facts that are known by release into one record. */
function record(pointsOf, names) {
  const written = {};
  const history = {};
  for (const name of names) {
    const steps = changes(pointsOf(name));
    const last = steps.at(-1)?.[1] ?? null;
    if (last !== null) written[name] = last;
    if (steps.length > 1) history[name] = steps;
  }
  return Object.keys(history).length > 0 ? { ...written, h: history } : written;
}

/** Facts as a release has them; `early`: what a first step says holds before it too. */
function recordAt(written, release, names, early = true) {
  const facts = {};
  for (const name of names) {
    const steps = written.h?.[name];
    const value = steps ? (steps.findLast(([from]) => compareVersions(from, release) <= 0) ?? (early ? steps[0] : []))[1] : written[name];
    if (value !== undefined && value !== null) facts[name] = value;
  }
  return facts;
}

/**
 * `releases`: by version, what each one told: keys with their facts, `v` and `n` (undefined: could not be seen), names of
 * prefixes, options and variables. `hand`: facts by key that no release tells.
 */
export function encode(releases, hand) {
  const order = [...releases.keys()].sort(compareVersions);
  const pointsFor = (group, name, fact) => order.map((release) => [release, releases.get(release)[group][name]?.[fact]]).filter(([release]) => releases.get(release)[group][name] !== null);
  const namesIn = (group) => [...new Set(order.flatMap((release) => Object.keys(releases.get(release)[group])))].sort();
  const keys = {};
  for (const key of [...new Set([...namesIn('keys'), ...Object.keys(hand)])].sort()) {
    const told = new Map(order.map((release) => [release, releases.get(release).keys[key]]));
    const first = order.find((release) => told.get(release)?.v);
    // Where its module could not be read before the first release that has it, what Spark states counts.
    const before = order.slice(0, Math.max(order.indexOf(first), 0));
    const unseen = before.slice(before.findLastIndex((release) => told.get(release) !== null) + 1);
    for (const release of unseen) if (told.get(first).s !== undefined && compareVersions(release, told.get(first).s) >= 0) told.set(release, told.get(first));
    const known = order.filter((release) => told.get(release) !== null);
    const at = (release) => told.get(release);
    const registered = known.filter((release) => at(release)?.v);
    const listed = known.map((release) => [release, at(release)]).filter(([, facts]) => facts);
    const newest = registered.length > 0 ? at(registered.at(-1)) : {};
    const { h: entryHistory, ...entry } = record((name) => statedFrom(name, registered.map((release) => [release, name === 'd' && isSame(at(release), newest) ? newest.d : at(release)[name]])), ofEntry);
    // A list tells since when by itself: that older ones do not know it yet is no history.
    const { h: listHistory, ...lists } = record((name) => listedFrom(name, listed.map(([release, facts]) => [release, facts[name]])), ofLists);
    const olds = [...new Set(listed.flatMap(([, facts]) => facts.alt ?? []))].sort();
    const history = { ...entryHistory, ...listHistory };
    keys[key] = ordered({
      ...entry, ...lists, ...(olds.length > 0 ? { alt: olds } : {}), ...hand[key],
      v: spans(known.map((release) => [release, at(release)?.v])), n: spans(known.map((release) => [release, at(release)?.n])),
      h: Object.keys(history).length > 0 ? history : undefined,
    });
  }
  const table = (group, facts) => Object.fromEntries(namesIn(group).map((name) => {
    const seen = order.filter((release) => releases.get(release)[group][name]);
    return [name, { v: spans(pointsFor(group, name, 'v')), ...record((fact) => seen.map((release) => [release, releases.get(release)[group][name][fact]]), facts) }];
  }));
  return { releases: order, keys, prefixes: table('prefixes', []), transports: table('transports', []), options: table('options', optionFacts), variables: table('variables', variableFacts) };
}

/** Entries of 2.4 do not say since when. */
const statedFrom = (name, points) => (name === 's' ? points.filter(([, value]) => value !== undefined) : points);
/** What takes a key's place is told to the end, even where a list no longer does. */
function listedFrom(name, points) {
  const last = points.findLastIndex(([, value]) => value !== undefined);
  return points.filter(([, value], index) => value !== undefined || name !== 'use' && last >= 0 && index > last);
}

const factors = { us: 1e-3, ms: 1, s: 1e3, min: 6e4, h: 3.6e6, d: 8.64e7, b: 1, k: 1024, kb: 1024, m: 2 ** 20, mb: 2 ** 20, g: 2 ** 30, gb: 2 ** 30, t: 2 ** 40, tb: 2 ** 40 };

/** 134217728, 134217728b and 128MB are one default, written in three ways. */
function isSame(older, newest) {
  const size = ({ d, t, u }) => {
    const [, number, suffix] = /^(-?\d+(?:\.\d+)?)([a-z]*)$/i.exec(d ?? '') ?? [];
    if (number === undefined || !/^(int|long|double|decimal|time|bytes)$/.test(t)) return undefined;
    const unit = t === 'time' && suffix === 'm' ? 'min' : suffix.toLowerCase();
    return unit === '' && t === 'long' ? { plain: Number(number) } : { plain: Number(number) * (factors[unit === '' ? u : unit] ?? 1) };
  };
  const [a, b] = [size(older), size(newest)];
  return a !== undefined && b !== undefined && a.plain === b.plain;
}

const optionFacts = ['names', 'value', 'keys', 'sets'];
const variableFacts = ['in', 'keys'];
const ordered = (facts) => Object.fromEntries(fields.filter((name) => facts[name] !== undefined).map((name) => [name, facts[name]]));

/** What each release told, as far as the file keeps it. */
export function decode(data) {
  const group = (table, facts, release) => Object.fromEntries(Object.entries(table).filter(([, written]) => isOn(written.v, release)).map(([name, written]) => [name, { v: 1, ...recordAt(written, release, facts) }]));
  return new Map(data.releases.map((release) => [release, {
    keys: Object.fromEntries(Object.entries(data.keys).map(([key, written]) => {
      const v = isOn(written.v, release);
      return [key, { ...(v ? { v: 1, ...recordAt(written, release, ofEntry) } : {}), ...(isOn(written.n, release) ? { n: 1 } : {}), ...recordAt(written, release, ofLists, false), ...(written.alt ? { alt: written.alt } : {}) }];
    })),
    prefixes: group(data.prefixes, [], release), transports: group(data.transports, [], release), options: group(data.options, optionFacts, release), variables: group(data.variables, variableFacts, release),
  }]));
}

/** The release from which on nothing holds a key; undefined: the newest one does, or none was seen to. */
export function goneSince({ v, n, gone }, releases) {
  if (v === undefined && n === undefined) return gone;
  const held = (release) => isOn(v, release) || isOn(n, release);
  const last = releases.findLastIndex(held);
  return last === releases.length - 1 ? undefined : releases[last + 1];
}

/** One key a line. */
export function print(data) {
  const lines = (table) => `{${Object.entries(table).map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',\n')}}`;
  return `{${Object.entries(data).map(([name, value]) => `${JSON.stringify(name)}:${Array.isArray(value) || typeof value !== 'object' ? JSON.stringify(value) : lines(value)}`).join(',\n')}}\n`;
}
