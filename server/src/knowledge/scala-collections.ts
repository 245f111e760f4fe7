/**
 * Scala's own collections, options, futures, tuples and texts: what their methods give, and what they do with the functions
 * that they are given. Their method names are Spark's (`map`, `filter`, `collect`, `reduce`, `foreach`, `take` …), and what
 * they hold may be Spark's. Names and their argument lists are those of the libraries of Scala 2.11 to 3; what a name means
 * is the same in all of them.
 */

/** What kind of value of Scala's own it is; each has its methods. Of Java's, only what converters give. */
export type ScalaShape =
  /** Seq, List, Vector, Array, buffers, Range: elements in an order. */
  | 'list'
  | 'set'
  /** Its elements are pairs. */
  | 'dict'
  | 'iterator'
  /** At most one element: Option, Try, and Either, whose right side that is. */
  | 'option'
  /** An element that is there later. */
  | 'future'
  | 'tuple' | 'text' | 'number';

export type ScalaResult =
  /** All elements in their order, in a collection of the shape `as`, else in one like the receiver. */
  | 'same'
  /** All elements, perhaps in other places. */
  | 'reordered'
  /** No others than the receiver's elements, and no more of them. */
  | 'some'
  /** The receiver itself, as it then is. */
  | 'self'
  /** One of the elements: the first, the last, the one with this key, any. */
  | 'first' | 'last' | 'at' | 'element'
  /** The same, in an option. */
  | 'option:first' | 'option:last' | 'option:at' | 'option:element'
  /** A collection (of the shape `as`, else one like the receiver) of what the function gives for each element. */
  | 'mapped'
  /** Of what it gives for some of them. */
  | 'collected'
  /** Of what is in what it gives. */
  | 'flattened'
  /** Of what is in the elements. */
  | 'inner'
  /** What the function gives, and the same in an option. */
  | 'callback' | 'option:callback'
  /** What folding gives: what it starts with, or what the function gave last. */
  | 'folded' | 'option:folded'
  /** A collection of pairs: an element and its number; an element and one of the argument's. */
  | 'indexed' | 'paired'
  /** A tuple of two collections: of the elements; of the parts of the pairs that the elements are. */
  | 'split' | 'unzipped'
  /** A dict: from what the function gives to a collection of elements. `valued`: to what a second function gives. */
  | 'groups' | 'valued'
  /** An iterator over collections of elements. */
  | 'slices'
  /** A dict of the pairs that the elements are. */
  | 'dict'
  /** All elements, and what `adds` says. */
  | 'more'
  /** Of a dict. */
  | 'keys' | 'values'
  /** A dict with the same keys, and for each what the function gives for its value. */
  | 'revalued'
  /** What the argument is: `orElse`, `andThen`. */
  | 'argument'
  /** Plain values: a text, a number, how many elements there are, true or false, Unit, others. */
  | 'text' | 'number' | 'size' | 'truth' | 'none' | 'local'
  /** The numbers from the receiver to the argument, as a list. */
  | 'range'
  /** A list of texts. */
  | 'texts'
  | 'unknown';

export interface ScalaMethod {
  readonly gives: ScalaResult;
  /** Of a collection: its shape, where it is not the receiver's. */
  readonly as?: ScalaShape | undefined;
  /** It may as well give what this argument is (`getOrElse(default)`). */
  readonly or?: number | undefined;
  readonly calls?: readonly ScalaCall[] | undefined;
  /** How many arguments stand in each list, where there are several: `foldLeft(start)(f)`. `argument` counts through all. */
  readonly lists?: readonly number[] | undefined;
  /** What comes to the elements: the arguments themselves, or the elements of collections that they are; a key and its value. */
  readonly adds?: 'arguments' | 'elements' | 'entry' | undefined;
  /** It changes its receiver: so in `mutable` collections; `+=` does so in them alone. */
  readonly changes?: boolean | undefined;
}

/** A function among the arguments. */
export interface ScalaCall {
  readonly argument: number;
  /** 'accumulator': what folding has come to; 'argument': what the first argument is; 'other': an element of it. */
  readonly given: readonly ('element' | 'accumulator' | 'index' | 'key' | 'value' | 'argument' | 'other' | 'local')[];
  /**
   * 'each': once for every element; 'until': for every element until an answer is found; 'once'; 'maybe': once or never
   * (of an option, of a Try); 'counted': as often as the first argument says.
   */
  readonly times: 'each' | 'until' | 'once' | 'maybe' | 'counted';
  /** Not a function, but an expression that is evaluated there: `getOrElse(compute())`, `Array.fill(3)(next())`. */
  readonly byName?: boolean | undefined;
}

type Table = ReadonlyMap<string, ScalaMethod>;
type Part = readonly (readonly [string, ScalaMethod])[];

const like = (names: string, method: ScalaMethod): Part => names.split(' ').map((name) => [name, method]);
const call = (times: ScalaCall['times'], given: ScalaCall['given'], argument = 0): ScalaCall => ({ argument, given, times });
const each: readonly ScalaCall[] = [call('each', ['element'])];
const until: readonly ScalaCall[] = [call('until', ['element'])];
const lazily = (argument: number, times: ScalaCall['times'] = 'maybe'): ScalaCall => ({ argument, given: [], times, byName: true });

/** What all that can be gone through has. */
const traversable: Part = [
  ...like('foreach', { gives: 'none', calls: each }),
  ...like('tapEach', { gives: 'self', calls: each }),
  ...like('map', { gives: 'mapped', calls: each }),
  ...like('flatMap', { gives: 'flattened', calls: each }),
  ...like('collect', { gives: 'collected', calls: each }),
  ...like('flatten', { gives: 'inner' }),
  ...like('filter filterNot withFilter', { gives: 'some', calls: each }),
  ...like('takeWhile dropWhile', { gives: 'some', calls: until }),
  ...like('take drop slice takeRight dropRight tail init distinct diff intersect', { gives: 'some' }),
  ...like('distinctBy', { gives: 'some', calls: each }),
  ...like('partition', { gives: 'split', calls: each }), ...like('span', { gives: 'split', calls: until }), ...like('splitAt', { gives: 'split' }),
  ...like('exists forall', { gives: 'truth', calls: until }), ...like('count', { gives: 'number', calls: each }),
  ...like('find', { gives: 'option:element', calls: until }), ...like('collectFirst', { gives: 'option:callback', calls: until }),
  ...like('foldLeft', { gives: 'folded', or: 0, lists: [1, 1], calls: [call('each', ['accumulator', 'element'], 1)] }), ...like('/:', { gives: 'folded', or: 0, lists: [1, 1], calls: [call('each', ['accumulator', 'element'], 1)] }),
  ...like('fold', { gives: 'folded', or: 0, lists: [1, 1], calls: [call('each', ['accumulator', 'element'], 1)] }),
  ...like('foldRight :\\', { gives: 'folded', or: 0, lists: [1, 1], calls: [call('each', ['element', 'accumulator'], 1)] }),
  ...like('aggregate', { gives: 'folded', or: 0, lists: [1, 2], calls: [call('each', ['accumulator', 'element'], 1), call('each', ['accumulator', 'accumulator'], 2)] }),
  ...like('reduce reduceLeft', { gives: 'folded', calls: [call('each', ['accumulator', 'element'])] }), ...like('reduceRight', { gives: 'folded', calls: [call('each', ['element', 'accumulator'])] }),
  ...like('reduceOption reduceLeftOption', { gives: 'option:folded', calls: [call('each', ['accumulator', 'element'])] }), ...like('reduceRightOption', { gives: 'option:folded', calls: [call('each', ['element', 'accumulator'])] }),
  ...like('scanLeft scan', { gives: 'mapped', or: 0, lists: [1, 1], calls: [call('each', ['accumulator', 'element'], 1)] }), ...like('scanRight', { gives: 'mapped', or: 0, lists: [1, 1], calls: [call('each', ['element', 'accumulator'], 1)] }),
  ...like('head', { gives: 'first' }), ...like('last', { gives: 'last' }), ...like('headOption', { gives: 'option:first' }), ...like('lastOption', { gives: 'option:last' }),
  ...like('max min', { gives: 'element' }), ...like('maxBy minBy', { gives: 'element', calls: each }), ...like('maxOption minOption', { gives: 'option:element' }), ...like('maxByOption minByOption', { gives: 'option:element', calls: each }),
  ...like('sum product', { gives: 'element' }),
  ...like('zip', { gives: 'paired' }), ...like('zipAll', { gives: 'paired' }), ...like('zipWithIndex', { gives: 'indexed' }), ...like('unzip', { gives: 'unzipped' }),
  ...like('groupBy', { gives: 'groups', as: 'dict', calls: each }),
  ...like('groupMap', { gives: 'valued', as: 'dict', lists: [1, 1], calls: [call('each', ['element']), call('each', ['element'], 1)] }),
  ...like('groupMapReduce', { gives: 'valued', as: 'dict', lists: [1, 1, 1], calls: [call('each', ['element']), call('each', ['element'], 1), call('each', ['accumulator', 'accumulator'], 2)] }),
  ...like('grouped sliding', { gives: 'slices', as: 'iterator' }),
  ...like('toList toSeq toIndexedSeq toVector toArray toBuffer toStream toLazyList toIterable toTraversable', { gives: 'same', as: 'list' }), ...like('to', { gives: 'same', as: 'list' }),
  ...like('toSet', { gives: 'same', as: 'set' }), ...like('toIterator iterator', { gives: 'same', as: 'iterator' }), ...like('toMap', { gives: 'dict', as: 'dict' }),
  ...like('seq par view force repr clone result knownSize asScala asJava toParArray', { gives: 'same' }), ...like('asScalaBuffer asScalaIterator asJavaCollection asJavaIterable asScalaSet', { gives: 'same' }),
  ...like('mkString', { gives: 'text' }), ...like('addString', { gives: 'local' }), ...like('size length', { gives: 'size' }), ...like('isEmpty nonEmpty hasDefiniteSize isTraversableAgain sameElements', { gives: 'truth' }),
  ...like('sizeIs lengthIs sizeCompare lengthCompare', { gives: 'number' }), ...like('copyToArray copyToBuffer', { gives: 'none' }),
  ...like('++ concat ++: union ::: appendedAll prependedAll lazyAppendedAll', { gives: 'more', adds: 'elements' }),
  ...like('corresponds', { gives: 'truth', lists: [1, 1], calls: [call('until', ['element', 'other'], 1)] }),
  ...like('pipe', { gives: 'callback', calls: [call('once', ['element'])] }),
  ...like('stepper', { gives: 'local' }), ...like('lazyZip', { gives: 'paired' }), ...like('toString hashCode', { gives: 'text' }), ...like('equals canEqual', { gives: 'truth' }),
];

const changing: Part = [
  ...like('+= append add addOne insert prepend +=: push pushAll enqueue offer addLast addFirst', { gives: 'self', adds: 'arguments', changes: true }),
  ...like('++= appendAll addAll prependAll insertAll ++=:', { gives: 'self', adds: 'elements', changes: true }),
  ...like('-= --= subtractOne subtractAll clear trimStart trimEnd reduceToSize sizeHint filterInPlace mapInPlace dropInPlace takeInPlace', { gives: 'self', changes: true }),
  ...like('remove pop dequeue poll', { gives: 'element', changes: true }),
];

const list: Table = new Map([
  ...traversable, ...changing,
  ...like('apply', { gives: 'at' }), ...like('lift', { gives: 'option:at' }), ...like('applyOrElse', { gives: 'at', calls: [call('maybe', ['local'], 1)] }), ...like('get', { gives: 'at' }),
  ...like('sorted reverse', { gives: 'reordered' }), ...like('sortBy', { gives: 'reordered', calls: each }), ...like('sortWith', { gives: 'reordered', calls: [call('each', ['element', 'element'])] }),
  ...like('reverseMap', { gives: 'mapped', calls: each }), ...like('reverseIterator', { gives: 'reordered', as: 'iterator' }),
  ...like(':+ +: :: appended prepended padTo', { gives: 'more', adds: 'arguments' }), ...like('updated', { gives: 'more', adds: 'entry' }), ...like('patch', { gives: 'more', adds: 'elements' }),
  ...like('update', { gives: 'none', adds: 'entry', changes: true }), ...like('put', { gives: 'none', adds: 'arguments', changes: true }),
  ...like('contains containsSlice startsWith endsWith isDefinedAt', { gives: 'truth' }),
  ...like('indexOf lastIndexOf indexOfSlice lastIndexOfSlice', { gives: 'number' }), ...like('indexWhere lastIndexWhere prefixLength segmentLength', { gives: 'number', calls: until }),
  ...like('indices', { gives: 'range', as: 'list' }), ...like('permutations combinations tails inits', { gives: 'slices', as: 'iterator' }), ...like('transpose', { gives: 'slices', as: 'list' }),
  ...like('unzip3', { gives: 'local' }), ...like('by reduceToSize', { gives: 'some' }),
]);

const set: Table = new Map([
  ...traversable, ...changing,
  ...like('apply contains subsetOf isSubsetOf', { gives: 'truth' }), ...like('+ incl', { gives: 'more', adds: 'arguments' }), ...like('| union', { gives: 'more', adds: 'elements' }),
  ...like('- -- & &~ excl removedAll', { gives: 'some' }), ...like('subsets', { gives: 'slices', as: 'iterator' }), ...like('add remove', { gives: 'truth', adds: 'arguments', changes: true }),
]);

const iterator: Table = new Map([
  ...traversable,
  ...like('next head', { gives: 'element' }), ...like('hasNext', { gives: 'truth' }), ...like('buffered duplicate', { gives: 'same' }),
  ...like('indexWhere indexOf', { gives: 'number' }), ...like('contains', { gives: 'truth' }), ...like('nextOption', { gives: 'option:element' }), ...like('padTo', { gives: 'more', adds: 'arguments' }),
]);

const dict: Table = new Map([
  ...traversable,
  ...like('apply', { gives: 'at' }), ...like('get', { gives: 'option:at' }), ...like('getOrElse', { gives: 'at', or: 1, calls: [lazily(1)] }),
  ...like('getOrElseUpdate', { gives: 'at', or: 1, adds: 'entry', changes: true, calls: [lazily(1)] }), ...like('lift', { gives: 'option:at' }), ...like('applyOrElse', { gives: 'at', calls: [call('maybe', ['key'], 1)] }),
  ...like('keys keySet keysIterator', { gives: 'keys' }), ...like('values valuesIterator', { gives: 'values' }),
  ...like('contains isDefinedAt', { gives: 'truth' }), ...like('withDefaultValue', { gives: 'self' }), ...like('withDefault', { gives: 'self', calls: [call('maybe', ['key'])] }),
  ...like('mapValues', { gives: 'revalued', calls: [call('each', ['value'])] }), ...like('transform', { gives: 'revalued', calls: [call('each', ['key', 'value'])] }),
  ...like('filterKeys', { gives: 'some', calls: [call('each', ['key'])] }),
  ...like('+', { gives: 'more', adds: 'arguments' }), ...like('updated', { gives: 'more', adds: 'entry' }), ...like('updatedWith', { gives: 'more', lists: [1, 1], calls: [call('once', ['local'], 1)] }),
  ...like('- -- removed removedAll', { gives: 'some' }),
  ...like('+= addOne', { gives: 'self', adds: 'arguments', changes: true }), ...like('++= addAll putAll', { gives: 'self', adds: 'elements', changes: true }), ...like('-= --= clear retain filterInPlace', { gives: 'self', changes: true }),
  ...like('update', { gives: 'none', adds: 'entry', changes: true }), ...like('put', { gives: 'option:at', adds: 'entry', changes: true }), ...like('remove', { gives: 'option:at', changes: true }),
  ...like('foreachEntry', { gives: 'none', calls: [call('each', ['key', 'value'])] }), ...like('toSeq toList toArray toVector toIndexedSeq', { gives: 'same', as: 'list' }),
]);

const maybe = (...given: ScalaCall['given']): readonly ScalaCall[] => [call('maybe', given)];
const option: Table = new Map([
  ...like('map', { gives: 'mapped', calls: maybe('element') }), ...like('flatMap', { gives: 'flattened', calls: maybe('element') }), ...like('collect', { gives: 'collected', calls: maybe('element') }),
  ...like('foreach', { gives: 'none', calls: maybe('element') }), ...like('tapEach', { gives: 'self', calls: maybe('element') }),
  ...like('filter filterNot withFilter', { gives: 'some', calls: maybe('element') }), ...like('exists forall', { gives: 'truth', calls: maybe('element') }), ...like('find', { gives: 'some', calls: maybe('element') }),
  ...like('get head last next value', { gives: 'first' }), ...like('headOption lastOption toOption', { gives: 'same' }), ...like('flatten', { gives: 'inner' }),
  ...like('getOrElse', { gives: 'first', or: 0, calls: [lazily(0)] }), ...like('orElse', { gives: 'same', or: 0, calls: [lazily(0)] }), ...like('orNull', { gives: 'first' }),
  ...like('fold', { gives: 'callback', or: 0, lists: [1, 1], calls: [lazily(0), call('maybe', ['element'], 1)] }),
  ...like('foldLeft', { gives: 'folded', or: 0, lists: [1, 1], calls: [call('maybe', ['accumulator', 'element'], 1)] }), ...like('foldRight', { gives: 'folded', or: 0, lists: [1, 1], calls: [call('maybe', ['element', 'accumulator'], 1)] }),
  ...like('isEmpty isDefined nonEmpty isSuccess isFailure isLeft isRight contains', { gives: 'truth' }), ...like('size', { gives: 'size' }), ...like('count', { gives: 'number', calls: maybe('element') }),
  ...like('toList toSeq toIndexedSeq toVector toArray toIterable', { gives: 'same', as: 'list' }), ...like('toSet', { gives: 'same', as: 'set' }), ...like('iterator toIterator', { gives: 'same', as: 'iterator' }), ...like('toMap', { gives: 'dict', as: 'dict' }),
  ...like('zip', { gives: 'paired' }), ...like('unzip', { gives: 'unzipped' }), ...like('mkString', { gives: 'text' }), ...like('++', { gives: 'more', as: 'list', adds: 'elements' }),
  ...like('toRight toLeft toTry toEither right asScala asJava', { gives: 'same' }), ...like('left failed swap', { gives: 'unknown' }), ...like('partition', { gives: 'split', as: 'list', calls: maybe('element') }),
  ...like('reduce reduceLeft reduceOption', { gives: 'first' }), ...like('max min', { gives: 'first' }),
  // Of a Try.
  ...like('recover', { gives: 'same', calls: [call('maybe', ['local'])] }), ...like('recoverWith', { gives: 'same', calls: [call('maybe', ['local'])] }), ...like('transform', { gives: 'unknown', calls: [call('maybe', ['element']), call('maybe', ['local'], 1)] }),
]);

const future: Table = new Map([
  ...like('map', { gives: 'mapped', calls: maybe('element') }), ...like('flatMap', { gives: 'flattened', calls: maybe('element') }), ...like('collect', { gives: 'collected', calls: maybe('element') }),
  ...like('foreach onSuccess', { gives: 'none', calls: maybe('element') }), ...like('onComplete', { gives: 'none', calls: maybe('local') }), ...like('onFailure', { gives: 'none', calls: maybe('local') }),
  ...like('andThen recover recoverWith', { gives: 'same', calls: maybe('local') }), ...like('filter withFilter', { gives: 'same', calls: maybe('element') }), ...like('fallbackTo', { gives: 'same', or: 0 }),
  ...like('zip', { gives: 'paired' }), ...like('flatten', { gives: 'inner' }), ...like('value', { gives: 'option:first' }), ...like('isCompleted', { gives: 'truth' }), ...like('failed transform transformWith', { gives: 'unknown' }),
  ...like('get join', { gives: 'first' }), ...like('ready', { gives: 'self' }),
]);

const text: Table = new Map([
  ...like('split linesIterator lines', { gives: 'texts', as: 'list' }), ...like('stripMargin trim strip toLowerCase toUpperCase replace replaceAll replaceAllLiterally replaceFirst substring stripPrefix stripSuffix format formatted concat capitalize reverse take drop takeRight dropRight slice init tail filter filterNot mkString toString intern + * padTo repeat dropWhile takeWhile stripLineEnd stripTrailing stripLeading', { gives: 'text' }),
  ...like('length size indexOf lastIndexOf compareTo compareToIgnoreCase hashCode compare count', { gives: 'number' }), ...like('isEmpty nonEmpty contains startsWith endsWith equals equalsIgnoreCase matches isBlank exists forall', { gives: 'truth' }),
  ...like('toInt toLong toDouble toFloat toShort toByte toBoolean charAt head last apply codePointAt getBytes r', { gives: 'local' }), ...like('toCharArray chars toList toSeq toArray toSet map flatMap zipWithIndex toVector iterator', { gives: 'local' }),
  ...like('toIntOption toLongOption toDoubleOption toBooleanOption headOption lastOption', { gives: 'local' }),
]);

const number: Table = new Map([
  ...like('to until', { gives: 'range', as: 'list' }), ...like('max min abs toInt toLong toDouble toFloat toShort toByte toChar round floor ceil signum + - * / % unary_-', { gives: 'number' }), ...like('toString toBinaryString toHexString formatted', { gives: 'text' }),
  ...like('isNaN isInfinity isWhole equals == != < > <= >=', { gives: 'truth' }),
]);

/** `_1` and `swap` need what stands at each place: they are not told by words. */
const tuple: Table = new Map([...like('productIterator', { gives: 'same', as: 'iterator' }), ...like('toString', { gives: 'text' }), ...like('productArity', { gives: 'number' }), ...like('zipped', { gives: 'self' })]);

const tables: Readonly<Record<ScalaShape, Table>> = { list, set, dict, iterator, option, future, tuple, text, number };

/** What a method of Scala's own does; undefined: nothing is known of it. */
export const scalaMethod = (shape: ScalaShape, name: string): ScalaMethod | undefined => tables[shape].get(name);

/** What makes a value of Scala's own: `Seq(a, b)`, `Array.fill(3)(x)`, `Some(x)`, `Try { … }`. */
export interface ScalaMaker {
  readonly makes: ScalaShape;
  /**
   * 'arguments': what it is given, one by one (pairs make a dict); 'elements': what is in what it is given; 'callback': what the
   * function gives; 'numbers'; 'none': it holds nothing, or not what it is given (sizes).
   */
  readonly of: 'arguments' | 'elements' | 'callback' | 'numbers' | 'none';
  readonly lists?: readonly number[] | undefined;
  readonly calls?: readonly ScalaCall[] | undefined;
}

const shapes: ReadonlyMap<string, ScalaShape> = new Map<string, ScalaShape>([
  ...'Seq List Vector Array IndexedSeq Iterable Traversable TraversableOnce IterableOnce GenSeq ParSeq Stream LazyList ListBuffer ArrayBuffer Buffer ArrayBuilder Queue Stack ArrayDeque ArraySeq WrappedArray LinearSeq View Range Nil ArrayStack PriorityQueue'.split(' ').map((name) => [name, 'list'] as const),
  ...'Set HashSet TreeSet LinkedHashSet SortedSet BitSet ListSet'.split(' ').map((name) => [name, 'set'] as const),
  ...'Map HashMap TreeMap LinkedHashMap SortedMap ListMap TrieMap ParMap WeakHashMap VectorMap OpenHashMap'.split(' ').map((name) => [name, 'dict'] as const),
  ['Iterator', 'iterator'], ['BufferedIterator', 'iterator'],
  ...'Option Some None Try Success Failure Either Left Right'.split(' ').map((name) => [name, 'option'] as const), ['Future', 'future'],
  ...['tuple', ...Array.from({ length: 21 }, (_, index) => `Tuple${index + 2}`)].map((name) => [name, 'tuple'] as const),
  ['String', 'text'], ['StringBuilder', 'text'], ...'Int Long Short Byte Double Float Integer BigInt BigDecimal'.split(' ').map((name) => [name, 'number'] as const),
]);

/** The bare name of what lies in Scala's packages, or has none. */
function bareName(dotted: string): string | undefined {
  const dot = dotted.lastIndexOf('.');
  return dot < 0 ? dotted : dotted.startsWith('scala.') ? dotted.slice(dot + 1) : undefined;
}

/** Of a type's name, bare or in full: `Seq`, `scala.collection.mutable.Map`. */
export function scalaShape(type: string): ScalaShape | undefined {
  const name = bareName(type);
  return name === undefined ? undefined : shapes.get(name);
}

const filled: Omit<ScalaMaker, 'makes'> = { of: 'callback', lists: [1, 1], calls: [lazily(1, 'counted')] };
const makers: ReadonlyMap<string, Omit<ScalaMaker, 'makes'>> = new Map<string, Omit<ScalaMaker, 'makes'>>([
  ['apply', { of: 'arguments' }], ['empty', { of: 'none' }], ['single', { of: 'arguments' }], ['newBuilder', { of: 'none' }],
  ['fill', filled], ['tabulate', { of: 'callback', lists: [1, 1], calls: [call('counted', ['index'], 1)] }], ['continually', { of: 'callback', calls: [lazily(0, 'each')] }],
  ['iterate', { of: 'callback', lists: [2, 1], calls: [call('counted', ['accumulator'], 2)] }], ['range', { of: 'numbers' }], ['from', { of: 'elements' }], ['concat', { of: 'elements' }], ['ofDim', { of: 'none' }],
  ['successful', { of: 'arguments' }], ['fromTry', { of: 'elements' }], ['failed', { of: 'none' }],
]);
/** Of those that do with arguments of their own what no other does. */
const applied: ReadonlyMap<string, Omit<ScalaMaker, 'makes'>> = new Map<string, Omit<ScalaMaker, 'makes'>>([
  ['Range', { of: 'numbers' }], ['None', { of: 'none' }], ['Nil', { of: 'none' }], ['Failure', { of: 'none' }], ['Left', { of: 'none' }],
  ['Try', { of: 'callback', calls: [lazily(0, 'once')] }], ['Future', { of: 'callback', calls: [lazily(0, 'once')] }],
]);

/** What `name(…)` or `name.member(…)` makes; `name` bare or in full. A value without arguments (`None`, `Nil`) as well. */
export function scalaMaker(name: string, member = 'apply'): ScalaMaker | undefined {
  const bare = bareName(name);
  const makes = bare === undefined ? undefined : shapes.get(bare);
  if (bare === undefined || makes === undefined || makes === 'text' || makes === 'number') return undefined;
  const made = member === 'apply' ? applied.get(bare) ?? makers.get(member) : makers.get(member);
  return made && { makes, ...made };
}

/** A function of Scala's or Java's library whose result or arguments matter; others take and give plain values. */
export interface ScalaFunction {
  /** 'argument': what its first argument is; 'inside': what is in it; 'gathered': a future of a list of what is in the futures. */
  readonly gives: 'argument' | 'inside' | 'callback' | 'option:callback' | 'gathered' | 'none' | 'number' | 'text';
  readonly lists?: readonly number[] | undefined;
  readonly calls?: readonly ScalaCall[] | undefined;
}

const functions: ReadonlyMap<string, ScalaFunction> = new Map<string, ScalaFunction>([
  ...['identity', 'locally', 'any2stringadd'].map((name) => [`scala.Predef.${name}`, { gives: 'argument' }] as const),
  ...['println', 'print', 'printf', 'require', 'assert', 'assume'].map((name) => [`scala.Predef.${name}`, { gives: 'none' }] as const),
  ['scala.concurrent.Await.result', { gives: 'inside' }], ['scala.concurrent.Await.ready', { gives: 'argument' }], ['scala.concurrent.blocking', { gives: 'callback', calls: [lazily(0, 'once')] }],
  ['scala.concurrent.Future.sequence', { gives: 'gathered' }], ['scala.concurrent.Future.traverse', { gives: 'gathered', lists: [1, 1], calls: [call('each', ['other'], 1)] }],
  ['scala.util.Using.resource', { gives: 'callback', lists: [1, 1], calls: [call('once', ['argument'], 1)] }], ['scala.util.Using', { gives: 'option:callback', lists: [1, 1], calls: [lazily(0, 'once'), call('once', ['argument'], 1)] }],
  ['scala.util.control.Breaks.breakable', { gives: 'none', calls: [lazily(0, 'once')] }],
  ['java.lang.Thread.sleep', { gives: 'none' }],
]);

/** By its name in full. */
export const scalaFunction = (dotted: string): ScalaFunction | undefined => functions.get(dotted);
