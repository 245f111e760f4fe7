/**
 * What a context and its first job refuse of a value that the entry itself takes: a port below 1024, a buffer of 2 GiB, a
 * word that names no codec. Contexts are started with values at the edges and, where one is refused, between them.
 */
import { classesIn, stringsOf } from '../class-files.mjs';
import { isSparks, jarsIn } from './release.mjs';
import { openTrials } from './trials.mjs';

const marks = [-1, 0, 1, 2, 100, 1024, 65_535, 65_536, 1 << 22, 2_147_483_647];
const fractions = [-1, 0, 0.5, 1, 1.5, 2, 100];
const none = 'sparkcheck-none';
/** Where this context runs: a wrong one would spoil what follows in the JVM. */
const ofTheTrial = /^spark\.(master|app\.name|driver\.(host|bindAddress|resourcesFile)|local\.(dir|ip))$/;
/** So many threads would be started at once. */
const startsThreads = /thread|cores|parallel|partitions|slots|clients|connections/i;

/** `facts`: of the release, by key; `hints`: what another release told. Gives what narrows the facts, by key. */
export async function startChecks(jars, facts, hints, say) {
  const trials = openTrials(jars);
  const elsewhere = openTrials(jars, { master: 'local[5]', heap: '700m' });
  const found = {};
  const check = checksOf({ trials, elsewhere, jars, hints, isKey: (name) => Object.hasOwn(facts, name) });
  const asked = Object.keys(facts).filter((key) => !ofTheTrial.test(key) && !facts[key].a && !/^(boolean|regex|enum)$/.test(facts[key].t));
  for (const [key, refusal] of await readOnes(trials, asked)) {
    const learned = await check(key, facts[key], refusal);
    if (!learned) continue;
    found[key] = learned;
    say(key, learned);
  }
  trials.close();
  elsewhere.close();
  return found;
}

/** Keys that are read until a job has run, with what refuses a word in them: all hold one, and one after the other is found out. */
async function readOnes(trials, keys) {
  const read = new Map();
  let left = keys;
  const start = (some) => trials.ask('start', ...some.flatMap((key) => [key, `${none}-${keys.indexOf(key)}`]));
  for (;;) {
    const answer = await start(left);
    if (answer.verdict === 'accepted') return read;
    const number = new RegExp(`${none}-(\\d+)`).exec(answer.error)?.[1];
    let culprit = number === undefined ? left.filter((key) => answer.error.includes(key)).sort((a, b) => b.length - a.length)[0] : keys[Number(number)];
    for (let some = left; culprit === undefined;) {
      const half = some.slice(0, some.length >> 1);
      some = (await start(half)).verdict === 'accepted' ? some.slice(half.length) : half;
      if (some.length === 1) [culprit] = some;
      if (some.length === 0) return read;
    }
    if (answer.verdict !== 'hangs' && !answer.fatal) read.set(culprit, answer);
    left = left.filter((key) => key !== culprit);
  }
}

function checksOf({ trials, elsewhere, jars, hints, isKey }) {
  const owns = ({ error }, key) => ![...error.matchAll(/\bspark\.[\w.]*\w/g)].some(([name]) => name !== key && isKey(name));

  /** Refused for what it is: not for lack of memory, nor against another key. */
  async function refusal(key, value, on = trials) {
    const answer = await on.ask('start', key, value);
    if (answer.verdict === 'hangs') return (await on.ask('start', key, value)).verdict === 'hangs' ? answer : undefined;
    return answer.verdict === 'accepted' || answer.fatal || !owns(answer, key) ? undefined : answer;
  }
  const everywhere = async (key, value) => (await refusal(key, value, elsewhere)) !== undefined;

  return async (key, { t, lo, hi, also, d }, canary) => {
    if (/^(int|long|time|bytes)$/.test(t)) return whole(key, { lo, hi, also });
    if (/^(double|decimal)$/.test(t)) return fraction(key, { lo, hi });
    return words(key, canary, d);
  };

  async function whole(key, { lo = -Infinity, hi = Infinity, also = [] }) {
    const tried = marks.filter((mark) => (mark >= lo || also.includes(mark)) && mark <= hi && (mark <= 1024 || !startsThreads.test(key)));
    const answers = [];
    for (const mark of tried) answers.push(await refusal(key, String(mark)));
    const run = longestRun(answers);
    if (!run || answers.every((answer) => answer === undefined)) return undefined;
    const bounds = {};
    if (run[0] > 0) {
      const low = await searched(key, tried[run[0]], tried[run[0] - 1]);
      if (await everywhere(key, String(low - 1)) && !await everywhere(key, String(low))) bounds.lo = low;
    }
    if (run[1] < tried.length - 1) {
      const high = await searched(key, tried[run[1]], tried[run[1] + 1]);
      // What a machine cannot hold is not wrong on another one: the refusal names the bound.
      const told = await refusal(key, String(high + 1));
      if (told && names(told.error, high) && await everywhere(key, String(high + 1)) && !await everywhere(key, String(high))) bounds.hi = high;
    }
    if (Object.keys(bounds).length === 0) return undefined;
    const beside = tried.filter((mark, index) => answers[index] === undefined && (index < run[0] || index > run[1]));
    return beside.length > 0 ? { ...bounds, also: beside } : bounds;
  }

  async function searched(key, taken, refused) {
    while (Math.abs(refused - taken) > 1) {
      const middle = Math.trunc((taken + refused) / 2);
      if (await refusal(key, String(middle))) refused = middle;
      else taken = middle;
    }
    return taken;
  }

  async function fraction(key, { lo = -Infinity, hi = Infinity }) {
    const tried = fractions.filter((mark) => mark >= lo && mark <= hi);
    const answers = [];
    for (const mark of tried) answers.push(await refusal(key, String(mark)));
    const run = longestRun(answers);
    if (!run || answers.every((answer) => answer === undefined)) return undefined;
    const bounds = {};
    for (const [at, next, name, open] of [[run[0], run[0] - 1, 'lo', 'ol'], [run[1], run[1] + 1, 'hi', 'oh']]) {
      if (tried[next] === undefined) continue;
      let [taken, refused] = [tried[at], tried[next]];
      for (let step = 0; step < 20; step++) {
        const middle = (taken + refused) / 2;
        if (await refusal(key, String(middle))) refused = middle;
        else taken = middle;
      }
      const bound = Math.round(taken * 1e4) / 1e4;
      if (!await everywhere(key, String(refused))) continue;
      bounds[name] = bound;
      if (await refusal(key, String(bound))) bounds[open] = 1;
    }
    return Object.keys(bounds).length > 0 ? bounds : undefined;
  }

  /** Words that the refusal names, or that stand in the classes that it comes from; a class, where one was looked for. */
  async function words(key, canary, standard) {
    if (!owns(canary, key) && !/[Cc]odec|[Cc]lass/.test(canary.error)) return undefined;
    const isClass = /ClassNotFound|NoClassDef/.test(canary.error);
    const package_ = /^(org\.apache\.spark\.[\w.]+)\.\w+$/.exec(standard ?? '')?.[1];
    const { from } = canary;
    const named = [...canary.error.matchAll(/["'`]([A-Za-z][\w-]*)["'`]/g)].map(([, word]) => word).filter((word) => word !== none);
    // One word alone may be no more than a hint.
    for (const candidates of [named.length > 1 ? named : [], isClass && package_ ? classesOf(package_) : [], [...named, ...hints[key]?.a ?? [], ...constantsOf(from.slice(0, 3))]]) {
      const taken = [];
      for (const word of new Set(candidates)) if (await accepted(key, word)) taken.push(word);
      if (taken.length === 0) continue;
      if (isClass) return { a: taken.sort(), cl: 1 };
      const flipped = taken[0] === taken[0].toLowerCase() ? taken[0].toUpperCase() : taken[0].toLowerCase();
      const anyCase = await accepted(key, flipped) ? { c: 1 } : {};
      // LZ4CompressionCodec for lz4.
      const packages = [...new Set(from.slice(0, 3).map((name) => name.replace(/\.\w+\$?$/, '')))];
      const classes = packages.flatMap(classesOf).filter((name) => taken.some((word) => name.replace(/^.*\./, '').toLowerCase().startsWith(word.toLowerCase())));
      for (const name of classes) if (await accepted(key, name)) return { a: taken.sort(), cl: 1, ...anyCase };
      return { a: taken.sort(), ...anyCase };
    }
    return isClass ? { cl: 1 } : undefined;
  }

  async function accepted(key, value) {
    return (await trials.ask('start', key, value)).verdict === 'accepted';
  }

  function classesOf(package_) {
    const below = `${package_.replaceAll('.', '/')}/`;
    return jarsIn(jars).filter(isSparks).flatMap((jar) => [...classesIn(jar, below)].map(([name]) => name)).filter((name) => /^[A-Z]\w*$/.test(name.slice(below.length))).map((name) => name.replaceAll('/', '.'));
  }

  function constantsOf(classNames) {
    const wanted = new Set(classNames.flatMap((name) => [name, name.replace(/\$$/, '')]).map((name) => name.replaceAll('.', '/')));
    const texts = jarsIn(jars).filter(isSparks).flatMap((jar) => [...classesIn(jar, 'org/apache/spark/')].filter(([name]) => wanted.has(name)).flatMap(([, bytes]) => stringsOf(bytes)));
    return [...new Set(texts)].filter((text) => /^[a-zA-Z][\w-]{1,24}$/.test(text)).slice(0, 200);
  }
}

/** The bound, or the first that is refused, may be told in a larger unit: 2048 MiB of 2097151 KiB. */
const names = (message, bound) => [bound, bound + 1, (bound + 1) / 1024, (bound + 1) / 2 ** 20].some((number) => number >= 1 && Number.isInteger(number) && new RegExp(`\\b${number}\\b`).test(message));

function longestRun(answers) {
  let best;
  for (let start = 0; start < answers.length; start++) {
    if (answers[start] !== undefined) continue;
    let end = start;
    while (end + 1 < answers.length && answers[end + 1] === undefined) end++;
    if (!best || end - start > best[1] - best[0]) best = [start, end];
    start = end;
  }
  return best;
}
