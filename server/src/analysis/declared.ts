/** What written types promise: annotations, type comments, declared returns. */
import type { TypeRef } from '../program/program.ts';
import { type ScalaShape, scalaShape } from '../knowledge/scala-collections.ts';
import { memberNamed, valueOfKind } from './calls.ts';
import { current } from './cells.ts';
import type { Abstract, Site, Value } from './model.ts';
import { lookup } from './names.ts';
import { ofShape } from './scala-collections.ts';
import type { Run } from './run.ts';
import type { Scope } from './scope.ts';
import { classMeant, foreign, isUnknown, joinAll, none, unknown } from './values.ts';

const containers: Record<string, 'list' | 'tuple' | 'set' | 'dict' | 'iterator'> = {
  list: 'list', List: 'list', Sequence: 'list', Collection: 'list', set: 'set', Set: 'set', FrozenSet: 'set', tuple: 'tuple', Tuple: 'tuple',
  dict: 'dict', Dict: 'dict', Mapping: 'dict', MutableMapping: 'dict', DefaultDict: 'dict', Iterable: 'iterator', Iterator: 'iterator', Generator: 'iterator',
};
const plainTypes: ReadonlySet<string> = new Set(['str', 'int', 'float', 'bool', 'bytes', 'complex', 'Boolean', 'Unit', 'Char']);

/** The value that a written type promises; unknown where the type says nothing. */
export function valueOfType(run: Run, type: TypeRef, text: string, site: Site, name?: string): Value {
  const simple = type.name.split('.').at(-1)!;
  if (type.name === '|' || simple === 'Union') return joinAll(type.args.map((arg) => valueOfType(run, arg, text, site, name)));
  if (simple === 'Optional' || simple === 'Final' || simple === 'ClassVar' || simple === 'Annotated') return type.args[0] ? valueOfType(run, type.args[0], text, site, name) : unknown('parameter');
  if (simple === 'None' || simple === 'NoneType') return none;
  if (plainTypes.has(type.name)) return foreign(type.name);
  const shape = run.language === 'scala' ? scalaShape(type.name) ?? (type.name === 'tuple' ? 'tuple' : undefined) : undefined;
  if (shape) return shaped(shape, type.args.map((arg) => valueOfType(run, arg, text, site, name)));
  const container = run.language === 'scala' ? undefined : containers[simple];
  if (container) {
    const args = type.args.map((arg) => valueOfType(run, arg, text, site, name));
    if (container === 'tuple' && args.length > 0) return [{ is: 'collection', type: 'tuple', element: joinAll(args), items: args }];
    if (container === 'dict') return [{ is: 'collection', type: 'dict', element: args[1] ?? unknown('element'), keys: args[0] ?? unknown('element') }];
    return [{ is: 'collection', type: container, element: args[0] ?? unknown('element') }];
  }
  // Spark's own take a type, `Dataset[Row]`: without one a class of the package is meant, which comes before a wildcard import.
  if (run.language === 'scala' && generic.has(type.name) && type.args.length === 0) return unknown('parameter');
  const resolved = resolveType(run, type.name);
  return resolved ? promised(run, resolved, text, site, name) : unknown('parameter');
}

const generic: ReadonlySet<string> = new Set(['Dataset', 'RDD', 'DStream', 'KeyValueGroupedDataset', 'Broadcast']);

/** What a type of Scala's own library holds. */
function shaped(shape: ScalaShape, args: readonly Value[]): Value {
  if (shape === 'tuple') return [{ is: 'collection', type: 'tuple', element: joinAll(args), items: args }];
  if (shape === 'dict') return ofShape(shape, args[1] ?? unknown('element'), { keys: args[0] ?? unknown('element') });
  return ofShape(shape, args.at(-1) ?? unknown('element'));
}

function promised(run: Run, resolved: Value, text: string, site: Site, name: string | undefined): Value {
  return joinAll(resolved.map((item): Value => {
    // `window: Window` means what that class makes.
    if (item.is === 'owner' && item.kind === 'Window') return valueOfKind(run, 'WindowSpec', `${text} Window`, { site });
    if (item.is === 'owner') return valueOfKind(run, item.kind, `${text} ${item.kind}`, { site, ...(name === undefined ? {} : { name }) });
    const info = classMeant(item);
    if (info) return [{ is: 'object', of: info.generic }];
    // `Any`, a type variable, a protocol: these promise nothing.
    if (item.is === 'foreign') return /^(typing|typing_extensions|collections\.abc)\b/.test(item.name) ? unknown('parameter') : foreign(item.name);
    return unknown('parameter');
  }));
}

const isType = (item: Abstract): boolean => item.is === 'owner' || item.is === 'foreign' || item.is === 'library' || item.is === 'module' || classMeant(item) !== undefined;

/** In Scala a value and a type may bear the same name. */
function typeNamed(run: Run, name: string): Value {
  const value = lookup(run, name);
  if (run.language !== 'scala' || value.some(isType)) return value;
  for (let scope: Scope | undefined = run.scope; scope; scope = scope.parent) {
    const own = run.store.view(scope.vars).get(name);
    if (own?.some(isType)) return current(run, own);
  }
  return value;
}

export function resolveType(run: Run, dotted: string): Value | undefined {
  const [first, ...rest] = dotted.split('.');
  let value = typeNamed(run, first!);
  for (const name of rest) value = memberNamed(run, value, name);
  if (!isUnknown(value) && !value.every((item) => item.is === 'foreign' && item.name.startsWith('builtins.'))) return value;
  const kind = run.api.annotation(dotted, run.language);
  return kind ? [{ is: 'owner', kind }] : undefined;
}

