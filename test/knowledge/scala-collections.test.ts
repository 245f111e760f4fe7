/** What is said of Scala's own collections against what its compiler sees of them (test/data/scala-library.tsv). */
import { describe, expect, it } from 'vitest';
import { scalaFunction, scalaMaker, type ScalaMethod, scalaMethod, scalaMethods, type ScalaShape, scalaShape, takesNothing } from '../../server/src/knowledge/scala-collections.ts';
import { rowsOf } from '../support/tsv.ts';

interface Member {
  readonly of: ScalaShape;
  readonly name: string;
  readonly shape: string;
  readonly result: string;
}

const members: Member[] = rowsOf('scala-library.tsv').map((row) => {
  const [of, name, shape, result] = row as [ScalaShape, string, string, string];
  return { of, name, shape, result };
});
const shown = ({ of, name, shape, result }: Member): string => `${of}.${name} ${shape}: ${result}`;
const nameOf = ({ of, name }: Member): string => `${of}.${name}`;
const methodOf = ({ of, name }: Member): ScalaMethod | undefined => scalaMethod(of, name);
const real = new Set(members.map(nameOf));

describe('methods of Scala\'s own collections', () => {
  it('are all known', () => {
    const unknown = new Set(members.filter((member) => !methodOf(member) && !left.has(member.name)).map(nameOf));
    expect([...unknown]).toEqual([]);
  });

  it('are no others', () => {
    // What a name means is the same in all of them: a set may be told what only a list has.
    const alike: readonly (readonly ScalaShape[])[] = [['list', 'set', 'dict', 'iterator'], ['option', 'future']];
    const made = alike.flatMap((shapes) => shapes.flatMap((of) => scalaMethods(of).filter((name) => ![...shapes, 'list'].some((shape) => real.has(`${shape}.${name}`)) && !elsewhere.has(name)).map((name) => `${of}.${name}`)));
    expect([...new Set(made)]).toEqual([]);
  });

  it('call the functions that they are given', () => {
    const wrong = members.filter((member) => {
      const method = methodOf(member);
      // Of a Try and of an Either both sides are functions.
      if (nameOf(member) === 'option.fold') return false;
      const places = [...member.shape.replaceAll('|', '')].flatMap((letter, index) => (letter === 'f' || letter === '=' ? [{ index, byName: letter === '=' }] : []));
      return method && places.some(({ index, byName }) => !method.calls?.some((call) => call.argument === index && (call.byName ?? false) === byName)) && !plain.has(method.gives);
    });
    expect(wrong.map(shown)).toEqual([]);
  });

  it('take as many lists of arguments as they do', () => {
    const wrong = members.filter((member) => member.shape.includes('|') && methodOf(member) && methodOf(member)?.lists?.length !== member.shape.split('|').length);
    expect(wrong.map(shown)).toEqual([]);
  });

  it('take no list of arguments where they have none', () => {
    const held = members.filter(({ of, name }) => !plainShapes.has(of) && of !== 'tuple' && of !== 'future' && name !== 'lift');
    const withList = new Set(held.filter((member) => member.shape !== '-' && !(member.name === 'zipWithIndex' && member.shape === '')).map(nameOf));
    expect(held.filter((member) => takesNothing(member.of, member.name) === withList.has(nameOf(member))).map(shown)).toEqual([]);
  });
});
const plainShapes: ReadonlySet<ScalaShape> = new Set(['text', 'number']);

describe('in Scala', () => {
  it('a type tells what holds the elements', () => {
    expect(['Seq', 'scala.collection.mutable.ListBuffer', 'Map', 'Option', 'Try', 'Future', 'Array', 'String', 'Iterator', 'Set'].map(scalaShape)).toEqual(['list', 'list', 'dict', 'option', 'option', 'future', 'list', 'text', 'iterator', 'set']);
    expect(['DataFrame', 'com.example.Seq', 'java.util.Map'].map(scalaShape)).toEqual([undefined, undefined, undefined]);
  });

  it('values are made of arguments, of numbers, of functions', () => {
    expect(scalaMaker('Seq')).toEqual({ makes: 'list', of: 'arguments' });
    expect(scalaMaker('scala.collection.mutable.Map')).toEqual({ makes: 'dict', of: 'arguments' });
    expect(scalaMaker('Array', 'fill')).toMatchObject({ makes: 'list', of: 'callback', lists: [1, 1], calls: [{ argument: 1, byName: true, times: 'counted' }] });
    expect(scalaMaker('List', 'tabulate')).toMatchObject({ calls: [{ argument: 1, given: ['index'] }] });
    expect(scalaMaker('Range')).toEqual({ makes: 'list', of: 'numbers' });
    expect(scalaMaker('None')).toEqual({ makes: 'option', of: 'none' });
    expect(scalaMaker('Try')).toMatchObject({ makes: 'option', of: 'callback', calls: [{ byName: true }] });
    expect(scalaMaker('String')).toBeUndefined();
    expect(scalaMaker('Window')).toBeUndefined();
  });

  it('functions give what they are given, or what is in it', () => {
    expect(scalaFunction('scala.concurrent.Await.result')?.gives).toBe('inside');
    expect(scalaFunction('scala.Predef.identity')?.gives).toBe('argument');
    expect(scalaFunction('scala.util.Using.resource')).toMatchObject({ gives: 'callback', lists: [1, 1] });
    expect(scalaFunction('scala.Predef.foo')).toBeUndefined();
  });

  it('folding starts with the first list and goes on with what the function gave', () => {
    for (const shape of ['list', 'dict', 'set', 'iterator', 'option'] as const) expect(scalaMethod(shape, 'foldLeft'), shape).toMatchObject({ gives: 'folded', or: 0, lists: [1, 1], calls: [{ argument: 1, given: ['accumulator', 'element'] }] });
    expect(scalaMethod('list', 'reduce')).toMatchObject({ gives: 'folded', calls: [{ argument: 0, given: ['accumulator', 'element'] }] });
  });
});

/** What takes the program's functions and hands out plain values all the same. */
const plain: ReadonlySet<string> = new Set(['text', 'local']);
const left: ReadonlySet<string> = new Set(['<<', '_1', '_2', 'swap']);
const words = (names: string): string[] => names.split(' ');
const elsewhere: ReadonlySet<string> = new Set([
  // By converters, of LazyList, ArrayDeque, Stack and parallel collections, of Java's.
  ...words('asScala asJava asScalaBuffer asScalaIterator asScalaSet asJavaCollection asJavaIterable toParArray toLazyList force add push pushAll pop offer poll addLast addFirst put putAll get join next'),
]);
