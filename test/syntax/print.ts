/** A program as short s-expressions: what the tests of the lowering compare. */
import type { Arg, Def, Expr, Lowered, Param, Pattern, TypeRef } from '../../server/src/program/program.ts';

/** One statement of the module a line. */
export const print = (lowered: Lowered): string => (lowered.module.body.kind === 'sequence' ? lowered.module.body.body.map(show).join('\n') : show(lowered.module.body));

const list = (head: string, ...parts: (string | undefined | false)[]): string => `(${[head, ...parts.filter((part): part is string => typeof part === 'string' && part !== '')].join(' ')})`;
const many = (exprs: readonly Expr[]): string => exprs.map(show).join(' ');
const maybe = (head: string, expr: Expr | undefined): string | undefined => expr && list(head, show(expr));

export function show(expr: Expr): string {
  switch (expr.kind) {
    case 'literal': return literal(expr);
    case 'text': return list('text', ...expr.parts.map((part) => (typeof part === 'string' ? JSON.stringify(part) : show(part))));
    case 'name': return `${expr.name}${expr.auto ? '!' : ''}`;
    case 'member': return `${show(expr.on)}.${expr.name}${expr.auto ? '!' : ''}`;
    case 'call': return list(expr.makes ? 'new' : 'call', `${show(expr.fn)}${expr.types ? `[${expr.types.map(type).join(',')}]` : ''}`, ...expr.args.map(argument));
    case 'index': return list('index', show(expr.on), show(expr.index));
    case 'collection': return list(expr.type, ...expr.items.map(({ key, value, spread }) => (key ? `${show(key)}:${show(value)}` : spread ? `*${show(value)}` : show(value))));
    case 'operator': return `${expr.parenthesized ? '⟨⟩' : ''}${list(expr.name, many(expr.args))}`;
    case 'sequence': return list('do', ownNames(expr.own), many(expr.body));
    case 'discard': return list(expr.shown ? 'shown' : 'discard', show(expr.value));
    case 'if': return list(expr.expression ? 'when' : 'if', show(expr.test), show(expr.then), maybe('else', expr.otherwise));
    case 'loop': return list(expr.yields ? `loop:${expr.yields}` : 'loop', ownNames(expr.own), expr.bind && pattern(expr.bind), maybe('in', expr.over), maybe('while', expr.test), show(expr.body), maybe('else', expr.otherwise));
    case 'try': return list('try', show(expr.body), ...expr.handlers.map(({ bind, body }) => list('except', bind && pattern(bind), show(body))), maybe('else', expr.otherwise), maybe('finally', expr.last));
    case 'with': return list('with', ...expr.items.map(({ context, bind }) => (bind ? `${show(context)}→${pattern(bind)}` : show(context))), show(expr.body));
    case 'bind': return list(`${expr.augmented ?? ''}=`, ...expr.patterns.map(pattern), expr.type && `:${type(expr.type)}`, expr.value && show(expr.value));
    case 'closure': return definition(expr.def);
    case 'import': return list('import', '.'.repeat(expr.level) + expr.module, expr.as && `as ${expr.as}`, expr.star && '*', ...(expr.names ?? []).map(({ name, as }) => (name === as ? name : `${name}→${as}`)));
    case 'delete': return list('del', ...expr.targets.map(pattern));
    case 'assert': return list('assert', show(expr.test), expr.message && show(expr.message));
    case 'exit': return list(expr.how, expr.value && show(expr.value));
    case 'unknown': return list('unknown', many(expr.parts), expr.kills.length > 0 && `kills ${expr.kills.join(' ')}`);
  }
}

const ownNames = (names: readonly string[] | undefined): string | undefined => (names && names.length > 0 ? `own{${[...names].sort().join(' ')}}` : undefined);

function literal({ value, type: kind }: Expr & { kind: 'literal' }): string {
  if (kind === 'none') return 'none';
  if (kind === 'symbol') return value === null ? 'symbol' : `'${String(value)}`;
  return `${kind === 'bytes' ? 'b' : ''}${JSON.stringify(value)}${kind === 'float' ? 'f' : ''}`;
}

function argument({ name, value, spread }: Arg): string {
  return `${spread === 'dict' ? '**' : spread === 'list' ? '*' : ''}${name === undefined ? '' : `${name}=`}${show(value)}`;
}

export function pattern(it: Pattern): string {
  switch (it.kind) {
    case 'name': return it.name;
    case 'member': return `${show(it.on)}.${it.name}`;
    case 'index': return list('index', show(it.on), show(it.index));
    case 'tuple': return `[${it.items.map(pattern).join(' ')}]`;
    case 'rest': return `*${pattern(it.item)}`;
    case 'extract': return `${show(it.of)}[${it.items.map(pattern).join(' ')}]`;
    case 'typed': return `${pattern(it.item)}:${type(it.type)}`;
    case 'ignore': return '_';
  }
}

export const type = ({ name, args }: TypeRef): string => (args.length > 0 ? `${name}[${args.map(type).join(',')}]` : name);

function parameter({ name, type: of, default: value, form, implicit }: Param): string {
  const mark = implicit ? '?' : form === 'rest' ? '*' : form === 'keywords' ? '**' : form === 'keyword-only' ? '!' : '';
  return `${mark}${name}${of ? `:${type(of)}` : ''}${value ? `=${show(value)}` : ''}`;
}

function definition(def: Def): string {
  const binds = [...def.binds].filter((name) => !def.params.some((param) => param.name === name)).sort().join(' ');
  return list(
    headOf(def), def.name,
    ...def.decorators.map((each) => `@${show(each)}`),
    def.bases.length > 0 && `<${many(def.bases)}>`,
    def.kind !== 'class' && parameterLists(def),
    def.returns && `→${type(def.returns)}`,
    binds && `binds{${binds}}`,
    def.outer.size > 0 && `outer{${[...def.outer].sort().join(' ')}}`,
    show(def.body),
    def.companion && `beside ${definition(def.companion)}`,
  );
}

function headOf({ kind, generator, property, receiver, overload, singleton, extension, decorators }: Def): string {
  if (kind === 'class') return singleton ? 'object' : extension ? 'extension' : 'class';
  if (kind !== 'function') return kind;
  // What Python says by decorators is seen in them.
  const marks = decorators.length === 0 ? [property && 'property', receiver === 'none' && 'static', overload && 'overload'].filter(Boolean) : [];
  return [generator ? 'generator' : 'def', ...marks].join(':');
}

/** `(a b)(c)` */
function parameterLists({ params, lists }: Def): string {
  let from = lists ? params.length - lists.reduce((sum, count) => sum + count, 0) : 0;
  const parts = [params.slice(0, lists ? from + lists[0]! : undefined)];
  if (lists) from += lists[0]!;
  for (const count of lists?.slice(1) ?? []) parts.push(params.slice(from, from += count));
  return parts.map((each) => `(${each.map(parameter).join(' ')})`).join('');
}
