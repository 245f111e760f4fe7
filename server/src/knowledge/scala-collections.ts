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
  /** It may as well give what this argument is, where that is no function (`getOrElse(default)`). */
  readonly or?: number | undefined;
  readonly calls?: readonly ScalaCall[] | undefined;
  /** How many arguments stand in each list, where there are several: `foldLeft(start)(f)`. `argument` counts through all. */
  readonly lists?: readonly number[] | undefined;
  /** In all releases one more list may follow, of what is mostly left to the language: `xs.sortBy(f)(ordering)`. */
  readonly implicits?: boolean | undefined;
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
const maybe = (...given: ScalaCall['given']): readonly ScalaCall[] => [call('maybe', given)];
const lazily = (argument: number, times: ScalaCall['times'] = 'maybe'): ScalaCall => ({ argument, given: [], times, byName: true });
const folding = (...given: ScalaCall['given']): ScalaMethod => ({ gives: 'folded', or: 0, lists: [1, 1], calls: [call('each', given, 1)] });
const reducing = (gives: 'folded' | 'option:folded', ...given: ScalaCall['given']): ScalaMethod => ({ gives, calls: [call('each', given)] });

/** What all that can be gone through has. */
const traversable: Part = [
  ...like('foreach', { gives: 'none', calls: each }), ...like('tapEach', { gives: 'self', calls: each }),
  ...like('map', { gives: 'mapped', calls: each }), ...like('flatMap', { gives: 'flattened', calls: each }), ...like('collect', { gives: 'collected', calls: each }), ...like('flatten', { gives: 'inner' }),
  ...like('filter filterNot withFilter distinctBy', { gives: 'some', calls: each }), ...like('takeWhile dropWhile', { gives: 'some', calls: until }),
  ...like('take drop slice takeRight dropRight tail init distinct diff intersect', { gives: 'some' }),
  ...like('partition', { gives: 'split', calls: each }), ...like('span', { gives: 'split', calls: until }), ...like('splitAt', { gives: 'split' }), ...like('partitionMap', { gives: 'unknown', calls: each }),
  ...like('exists forall', { gives: 'truth', calls: until }), ...like('count', { gives: 'number', calls: each }), ...like('find', { gives: 'option:element', calls: until }), ...like('collectFirst', { gives: 'option:callback', calls: until }),
  ...like('foldLeft /: fold', folding('accumulator', 'element')), ...like('foldRight :\\', folding('element', 'accumulator')),
  ...like('aggregate', { gives: 'folded', or: 0, lists: [1, 2], calls: [lazily(0, 'once'), call('each', ['accumulator', 'element'], 1), call('each', ['accumulator', 'accumulator'], 2)] }),
  ...like('reduce reduceLeft', reducing('folded', 'accumulator', 'element')), ...like('reduceRight', reducing('folded', 'element', 'accumulator')),
  ...like('reduceOption reduceLeftOption', reducing('option:folded', 'accumulator', 'element')), ...like('reduceRightOption', reducing('option:folded', 'element', 'accumulator')),
  ...like('scanLeft scan', { ...folding('accumulator', 'element'), gives: 'mapped' }), ...like('scanRight', { ...folding('element', 'accumulator'), gives: 'mapped' }),
  ...like('head', { gives: 'first' }), ...like('last', { gives: 'last' }), ...like('headOption', { gives: 'option:first' }), ...like('lastOption', { gives: 'option:last' }),
  ...like('max min sum product', { gives: 'element' }), ...like('maxBy minBy', { gives: 'element', calls: each, implicits: true }), ...like('maxOption minOption', { gives: 'option:element' }), ...like('maxByOption minByOption', { gives: 'option:element', calls: each, implicits: true }),
  ...like('zip zipAll lazyZip', { gives: 'paired' }), ...like('zipWithIndex', { gives: 'indexed' }), ...like('unzip', { gives: 'unzipped' }), ...like('unzip3', { gives: 'unknown' }),
  ...like('groupBy', { gives: 'groups', as: 'dict', calls: each }), ...like('groupMap', { gives: 'valued', as: 'dict', lists: [1, 1], calls: [call('each', ['element']), call('each', ['element'], 1)] }),
  ...like('groupMapReduce', { gives: 'valued', as: 'dict', lists: [1, 1, 1], calls: [call('each', ['element']), call('each', ['element'], 1), call('each', ['accumulator', 'accumulator'], 2)] }),
  ...like('grouped sliding tails inits', { gives: 'slices', as: 'iterator' }), ...like('transpose', { gives: 'slices', as: 'list' }),
  ...like('toList toSeq toIndexedSeq toVector toArray toBuffer toStream toLazyList toIterable toTraversable to', { gives: 'same', as: 'list' }), ...like('toSet', { gives: 'same', as: 'set' }), ...like('toIterator iterator', { gives: 'same', as: 'iterator' }), ...like('toMap', { gives: 'dict', as: 'dict' }),
  // Java's collections are taken for what they are made of.
  ...like('seq par view force repr clone result asScala asJava asScalaBuffer asScalaIterator asScalaSet asJavaCollection asJavaIterable toParArray', { gives: 'same' }),
  ...like('mkString toString', { gives: 'text' }), ...like('size length', { gives: 'size' }), ...like('isEmpty nonEmpty hasDefiniteSize isTraversableAgain sameElements equals', { gives: 'truth' }),
  ...like('sizeIs lengthIs sizeCompare lengthCompare knownSize hashCode', { gives: 'number' }), ...like('copyToArray copyToBuffer sizeHint sizeHintBounded', { gives: 'none' }), ...like('addString stepper', { gives: 'local' }), ...like('mapResult', { gives: 'unknown', calls: [call('once', ['local'])] }),
  ...like('++ concat ++: union ::: appendedAll prependedAll', { gives: 'more', adds: 'elements' }),
  ...like('corresponds', { gives: 'truth', lists: [1, 1], calls: [call('until', ['element', 'other'], 1)] }),
];

/** Of what is mutable, Java's included. */
const changing: Part = [
  ...like('+= append add addOne insert prepend +=: push enqueue offer addLast addFirst', { gives: 'self', adds: 'arguments', changes: true }),
  ...like('++= appendAll addAll prependAll insertAll ++=: pushAll enqueueAll', { gives: 'self', adds: 'elements', changes: true }),
  ...like('-= --= subtractOne subtractAll clear clearAndShrink trimStart trimEnd trimToSize reduceToSize ensureSize dropInPlace dropRightInPlace takeInPlace takeRightInPlace sliceInPlace sortInPlace', { gives: 'self', changes: true }),
  ...like('filterInPlace retain mapInPlace dropWhileInPlace takeWhileInPlace sortInPlaceBy', { gives: 'self', changes: true, calls: each }), ...like('sortInPlaceWith', { gives: 'self', changes: true, calls: [call('each', ['element', 'element'])] }),
  ...like('flatMapInPlace', { gives: 'unknown', changes: true, calls: each }), ...like('padToInPlace', { gives: 'self', adds: 'arguments', changes: true }), ...like('patchInPlace', { gives: 'self', adds: 'elements', changes: true }),
  ...like('remove pop dequeue poll removeHead removeLast', { gives: 'element', changes: true }), ...like('removeHeadOption removeLastOption', { gives: 'option:element', changes: true }), ...like('dequeueFirst removeFirst', { gives: 'option:element', changes: true, calls: until }),
  ...like('removeAllReverse', { gives: 'same', changes: true }), ...like('removeAll dequeueAll dequeueWhile removeHeadWhile removeLastWhile', { gives: 'some', changes: true, calls: until }),
];

const list: Table = new Map([
  ...traversable, ...changing,
  ...like('apply get', { gives: 'at' }), ...like('lift', { gives: 'option:at' }), ...like('applyOrElse', { gives: 'at', calls: [call('maybe', ['local'], 1)] }), ...like('orElse', { gives: 'unknown', calls: [call('maybe', ['local'])] }),
  ...like('sorted reverse', { gives: 'reordered' }), ...like('sortBy', { gives: 'reordered', calls: each, implicits: true }), ...like('sortWith', { gives: 'reordered', calls: [call('each', ['element', 'element'])] }), ...like('reverseIterator', { gives: 'reordered', as: 'iterator' }),
  ...like('reverseMap mapConserve', { gives: 'mapped', calls: each }), ...like('findLast', { gives: 'option:element', calls: until }), ...like('front', { gives: 'first' }), ...like('toQueue deep prependToList', { gives: 'same' }),
  ...like(':+ +: :: appended prepended padTo', { gives: 'more', adds: 'arguments' }), ...like('updated', { gives: 'more', adds: 'entry' }), ...like('patch :++ reverse_:::', { gives: 'more', adds: 'elements' }), ...like('- --', { gives: 'some' }),
  ...like('update', { gives: 'none', adds: 'entry', changes: true }), ...like('put', { gives: 'none', adds: 'arguments', changes: true }), ...like('transform', { gives: 'self', changes: true, calls: each }),
  ...like('contains containsSlice startsWith endsWith isDefinedAt isInclusive', { gives: 'truth' }),
  ...like('indexOf lastIndexOf indexOfSlice lastIndexOfSlice search start end step', { gives: 'number' }), ...like('indexWhere lastIndexWhere prefixLength segmentLength', { gives: 'number', calls: until }),
  ...like('indices', { gives: 'range', as: 'list' }), ...like('permutations combinations', { gives: 'slices', as: 'iterator' }), ...like('by inclusive', { gives: 'some' }),
]);

const set: Table = new Map([
  ...traversable, ...changing,
  ...like('apply contains subsetOf', { gives: 'truth' }), ...like('+ incl', { gives: 'more', adds: 'arguments' }), ...like('| union', { gives: 'more', adds: 'elements' }),
  ...like('- -- & &~ excl removedAll', { gives: 'some' }), ...like('subsets', { gives: 'slices', as: 'iterator' }), ...like('add', { gives: 'truth', adds: 'arguments', changes: true }), ...like('remove', { gives: 'truth', changes: true }), ...like('update', { gives: 'none', changes: true }),
]);

const iterator: Table = new Map([
  ...traversable,
  ...like('next', { gives: 'element' }), ...like('nextOption', { gives: 'option:element' }), ...like('hasNext contains', { gives: 'truth' }), ...like('buffered', { gives: 'same' }), ...like('duplicate', { gives: 'split' }),
  ...like('indexOf', { gives: 'number' }), ...like('indexWhere', { gives: 'number', calls: until }), ...like('padTo', { gives: 'more', adds: 'arguments' }), ...like('patch', { gives: 'more', adds: 'elements' }),
  ...like('++ concat', { gives: 'more', adds: 'elements', calls: [lazily(0, 'once')] }),
]);

const dict: Table = new Map([
  ...traversable,
  ...like('apply default', { gives: 'at' }), ...like('get lift', { gives: 'option:at' }), ...like('getOrElse', { gives: 'at', or: 1, calls: [lazily(1)] }),
  ...like('getOrElseUpdate', { gives: 'at', or: 1, adds: 'entry', changes: true, calls: [lazily(1)] }), ...like('applyOrElse', { gives: 'at', calls: [call('maybe', ['key'], 1)] }), ...like('orElse', { gives: 'unknown', calls: [call('maybe', ['local'])] }),
  ...like('keys keySet keysIterator', { gives: 'keys' }), ...like('values valuesIterator', { gives: 'values' }), ...like('keyStepper valueStepper', { gives: 'local' }),
  ...like('contains isDefinedAt', { gives: 'truth' }), ...like('withDefaultValue', { gives: 'self' }), ...like('withDefault', { gives: 'self', calls: [call('maybe', ['key'])] }),
  ...like('mapValues', { gives: 'revalued', calls: [call('each', ['value'])] }), ...like('transform', { gives: 'revalued', calls: [call('each', ['key', 'value'])] }),
  ...like('filterKeys', { gives: 'some', calls: [call('each', ['key'])] }),
  ...like('+', { gives: 'more', adds: 'arguments' }), ...like('updated', { gives: 'more', adds: 'entry' }), ...like('updatedWith', { gives: 'unknown', lists: [1, 1], calls: [call('once', ['local'], 1)] }),
  ...like('- -- removed removedAll', { gives: 'some' }),
  ...like('+= addOne', { gives: 'self', adds: 'arguments', changes: true }), ...like('++= addAll putAll', { gives: 'self', adds: 'elements', changes: true }), ...like('-= --= subtractOne subtractAll clear', { gives: 'self', changes: true }),
  ...like('retain filterInPlace mapValuesInPlace', { gives: 'self', changes: true, calls: [call('each', ['key', 'value'])] }), ...like('updateWith', { gives: 'unknown', changes: true, lists: [1, 1], calls: [call('once', ['local'], 1)] }),
  ...like('update', { gives: 'none', adds: 'entry', changes: true }), ...like('put putIfAbsent replace', { gives: 'option:at', adds: 'entry', changes: true }), ...like('remove', { gives: 'option:at', changes: true }),
  ...like('foreachEntry', { gives: 'none', calls: [call('each', ['key', 'value'])] }),
]);

/** Of a Future, and of a Try what goes by the same name. */
const futures: Part = [
  ...like('map', { gives: 'mapped', calls: maybe('element') }), ...like('flatMap', { gives: 'flattened', calls: maybe('element') }), ...like('collect', { gives: 'collected', calls: maybe('element') }),
  ...like('foreach onSuccess', { gives: 'none', calls: maybe('element') }), ...like('onComplete onFailure', { gives: 'none', calls: maybe('local') }),
  ...like('andThen recover recoverWith', { gives: 'same', calls: maybe('local') }), ...like('filter withFilter', { gives: 'some', calls: maybe('element') }), ...like('fallbackTo', { gives: 'same', or: 0 }),
  ...like('zip', { gives: 'paired' }), ...like('zipWith', { gives: 'mapped', lists: [1, 1], calls: [call('maybe', ['element', 'other'], 1)] }), ...like('flatten', { gives: 'inner' }), ...like('mapTo', { gives: 'same' }), ...like('value', { gives: 'option:first' }), ...like('isCompleted', { gives: 'truth' }),
  ...like('failed', { gives: 'unknown' }), ...like('transform', { gives: 'unknown', calls: [call('maybe', ['element']), call('maybe', ['local'], 1)] }), ...like('transformWith', { gives: 'unknown', calls: maybe('local') }), ...like('result get join', { gives: 'first' }), ...like('ready', { gives: 'self' }),
];

/** What Option lacks itself it has as the collection that it may be taken for. */
const option: Table = new Map([
  ...futures,
  ...like('foreach', { gives: 'none', calls: maybe('element') }), ...like('tapEach', { gives: 'self', calls: maybe('element') }),
  ...like('filter filterNot withFilter find', { gives: 'some', calls: maybe('element') }), ...like('filterOrElse', { gives: 'some', calls: [call('maybe', ['element']), lazily(1)] }), ...like('exists forall', { gives: 'truth', calls: maybe('element') }),
  ...like('get head last next value', { gives: 'first' }), ...like('headOption lastOption toOption', { gives: 'same' }),
  ...like('getOrElse', { gives: 'first', or: 0, calls: [lazily(0)] }), ...like('orElse', { gives: 'same', or: 0, calls: [lazily(0)] }), ...like('orNull', { gives: 'first' }),
  ...like('fold', { gives: 'callback', or: 0, lists: [1, 1], calls: [lazily(0), call('maybe', ['element'], 1)] }),
  ...like('foldLeft', { gives: 'folded', or: 0, lists: [1, 1], calls: [call('maybe', ['accumulator', 'element'], 1)] }), ...like('foldRight', { gives: 'folded', or: 0, lists: [1, 1], calls: [call('maybe', ['element', 'accumulator'], 1)] }),
  ...like('isEmpty isDefined nonEmpty isSuccess isFailure isLeft isRight contains', { gives: 'truth' }), ...like('size', { gives: 'size' }), ...like('knownSize', { gives: 'number' }), ...like('count', { gives: 'number', calls: maybe('element') }),
  ...like('toList toSeq toIndexedSeq toVector toArray toIterable', { gives: 'same', as: 'list' }), ...like('toSet', { gives: 'same', as: 'set' }), ...like('iterator toIterator', { gives: 'same', as: 'iterator' }), ...like('toMap', { gives: 'dict', as: 'dict' }),
  ...like('unzip', { gives: 'unzipped' }), ...like('unzip3 left swap joinLeft joinRight', { gives: 'unknown' }), ...like('mkString toString', { gives: 'text' }), ...like('stepper', { gives: 'local' }), ...like('++', { gives: 'more', as: 'list', adds: 'elements' }),
  ...like('toRight toLeft', { gives: 'same', calls: [lazily(0)] }), ...like('toTry toEither right asScala asJava', { gives: 'same' }), ...like('partition', { gives: 'split', as: 'list', calls: maybe('element') }),
  ...like('reduce reduceLeft max min', { gives: 'first' }), ...like('reduceOption', { gives: 'same' }),
]);

const future: Table = new Map(futures);

const text: Table = new Map([
  // The elements are characters: whatever else is made of them is plain.
  ...traversable.map(([name, { calls, lists }]): readonly [string, ScalaMethod] => [name, { gives: 'local', calls: calls?.map((each) => ({ ...each, given: each.given.map(() => 'local' as const) })), lists }]),
  ...like('split linesIterator linesWithSeparators lines', { gives: 'texts', as: 'list' }),
  ...like('stripMargin trim strip toLowerCase toUpperCase replace replaceAll replaceAllLiterally replaceFirst substring stripPrefix stripSuffix format formatLocal formatted concat capitalize reverse take drop takeRight dropRight slice init tail mkString toString intern + * padTo repeat stripLineEnd stripTrailing stripLeading', { gives: 'text' }), ...like('filter filterNot dropWhile takeWhile', { gives: 'text', calls: [call('each', ['local'])] }),
  ...like('length size indexOf lastIndexOf compareTo compareToIgnoreCase hashCode compare', { gives: 'number' }), ...like('isEmpty nonEmpty contains startsWith endsWith equals equalsIgnoreCase matches isBlank', { gives: 'truth' }),
]);

const number: Table = new Map([
  ...like('to until', { gives: 'range', as: 'list' }), ...like('max min abs toInt toLong toDouble toFloat toShort toByte toChar round floor ceil signum + - * / % unary_-', { gives: 'number' }), ...like('toString toBinaryString toHexString formatted', { gives: 'text' }),
  ...like('isNaN isInfinity isWhole equals == != < > <= >=', { gives: 'truth' }),
]);
const plain: ScalaMethod = { gives: 'local' };

/** `_1` and `swap` need what stands at each place: they are not told by words. */
const tuple: Table = new Map([...like('productIterator', { gives: 'same', as: 'iterator' }), ...like('toString', { gives: 'text' }), ...like('productArity', { gives: 'number' }), ...like('zipped', { gives: 'self' })]);

const tables: Readonly<Record<ScalaShape, Table>> = { list, set, dict, iterator, option, future, tuple, text, number };

/** What a method of Scala's own does; undefined: nothing is known of it. */
export const scalaMethod = (shape: ScalaShape, name: string): ScalaMethod | undefined => tables[shape].get(name) ?? (shape === 'text' || shape === 'number' ? plain : undefined);

/** Methods that take no list of arguments: what stands in parentheses behind them is given to what they give (`xs.toList(0)`). Sets and texts have some of them, and no others. */
const withoutList: ReadonlySet<string> = new Set('buffered deep distinct duplicate end front hasDefiniteSize hasNext head headOption inclusive indices init inits isEmpty isInclusive isTraversableAgain iterator keySet keys keysIterator knownSize last lastOption length lengthIs nonEmpty par permutations repr reverse reverseIterator seq size sizeIs start step tail tails toBuffer toIndexedSeq toIterable toIterator toList toQueue toSeq toSet toStream toTraversable toVector values valuesIterator zipWithIndex'.split(' '));
const withoutListOfOption: ReadonlySet<string> = new Set('failed get head headOption isDefined isEmpty isFailure isLeft isRight isSuccess iterator knownSize last lastOption left nonEmpty right size swap toEither toIterable toList toOption toSeq toSet'.split(' '));
export function takesNothing(shape: ScalaShape, name: string): boolean {
  return (shape === 'option' ? withoutListOfOption : withoutList).has(name) && !(shape === 'set' && name === 'distinct');
}
/** The names of all methods that are known of a shape, for the test that holds them against Scala's library. */
export const scalaMethods = (shape: ScalaShape): readonly string[] => [...tables[shape].keys()];

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
