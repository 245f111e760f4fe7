import type { Dataset, EventOf, Loop, SparkProgram } from '../analysis/model.ts';
import { forEachOf } from '../program/expressions.ts';
import type { Def, Expr } from '../program/program.ts';
import { releaseEdits } from '../rule/cache-edits.ts';
import { editsFor } from '../rule/edits.ts';
import { actions, eventsOf, groupedBy, loopOf, oncePerProgram, onePerSite, placeBeside, placeOf, sameLoop, sameSite, within } from '../rule/queries.ts';
import { defineRule, type Fix } from '../rule/rule.ts';
import { actionsOn } from '../rule/uses.ts';

type Resource = EventOf<'resource'>;

const loopAround = (made: Resource): Loop | undefined => (made.place === 'batch' ? undefined : loopOf(made));

/** A word for the pass or the function of the micro-batch that makes it. */
function passOf(program: SparkProgram, made: Resource): string {
  const loop = loopAround(made);
  return loop ? placeOf(loop.site) : `${made.site.module} ${program.starts.get(made.def)}`;
}

export default defineRule({
  name: 'broadcast-growth',
  category: 'streaming',
  severity: 'warning',
  since: '0.1.0',
  languages: ['python', 'scala'],
  fix: 'suggested',
  looksAt: 'program',
  check({ program, fileKind, report }) {
    if (fileKind === 'test') return;
    const resources = eventsOf(program, 'resource').filter((event) => event.what === 'broadcast');
    // PySpark writes each value to a file of its own; see `docs.why`.
    const leavesFiles = program.lowered.language === 'python';
    const streams = eventsOf(program, 'write').filter(({ stream }) => stream);
    const onlyOnce = streams.length > 0 && streams.every(({ props }) => props.trigger === 'once');
    const growing = onePerSite(resources.filter((event) => event.op === 'make')).filter((made) => {
      const loop = loopAround(made);
      // Scala's are cleaned up with the last reference: of those only a collection that outlives the pass holds more and more.
      if (!leavesFiles && (!made.kept || !made.gathered || isHeldOutside(program, made))) return false;
      // The pieces of one thing, in a list: all of them are needed at once.
      if (made.place === 'batch' ? onlyOnce : !loop || loop.comprehension || isCountedOut(made.loops)) return false;
      return !resources.some((event) => (event.op === 'destroy' || !leavesFiles && event.op === 'unpersist') && event.value.made?.start === made.site.start && event.value.made.module === made.site.module && (!loop || event.loops.some((other) => sameLoop(other, loop))));
    });
    // Those of one pass are one fault, except that what is kept is another.
    for (const [made, ...others] of groupedBy(growing, (each) => `${passOf(program, each)} ${each.kept} ${staysOnDriver(program, each)}`).values()) {
      if (!made) continue;
      const loop = loopAround(made);
      const each = loop ? 'pass of this loop' : 'micro-batch';
      const idle = !made.kept && staysOnDriver(program, made);
      report({
        at: made.name,
        message: !leavesFiles ? `A broadcast is made in every ${each} and kept: the blocks of each stay on the driver and the executors. \`destroy()\` after the last job that needs it frees them.`
          : made.kept
          ? `A broadcast is made in every ${each} and kept: its blocks stay on the driver and the executors, and one temporary file of each stays on the driver's disk.`
          : idle ? `A broadcast is made in every ${each}, and only the driver reads its value: no executor needs it, and one temporary file of each stays on the driver's disk until the application ends. The value itself does the same.`
          : loop && !actions(program).some((action) => action.loops.some((other) => sameLoop(other, loop)))
          ? 'A broadcast is made in every pass of this loop, for what is computed only after it: one temporary file of each stays on the driver\'s disk until the application ends. One broadcast of all the values, made before the loop, leaves a single file.'
          : `A broadcast is made in every ${each} and never destroyed: one temporary file of each stays on the driver's disk until the application ends. \`unpersist()\` does not remove it, \`destroy()\` does.`,
        related: [...(loop ? [{ site: loop.site, message: 'the loop' }] : []), ...others.map(({ name }) => ({ site: name, message: 'another broadcast of the pass' }))],
        fixes: made.kept || idle ? [] : destroyFix(program, made, loop, resources),
      });
    }
  },
  docs: {
    summary: 'a broadcast is made per pass or micro-batch and never destroyed',
    what: '`sc.broadcast(…)` inside a loop or in the function of `foreachBatch` or `foreachRDD`, without a `destroy()` of it in the same pass. In Scala one that is put into a collection, where `unpersist()` is enough.',
    why: 'PySpark writes the value of each broadcast to a temporary file on the driver. Its blocks are cleaned up once nothing refers to the variable, the file is not: only `destroy()` removes it. A streaming job that runs for weeks fills the disk. References kept in a list or field keep the blocks as well. Scala writes no such file: the blocks are all there is, and they go once nothing refers to the broadcast.',
    fine: 'A broadcast made once, outside the loop, in a loop of which literals tell that it takes twenty passes at most, or in the one batch of a query with `trigger(once=True)`. In Scala, one that a value of the pass holds, or a field or variable until the next takes its place: the cleaner takes it then. `destroy()` only after the last action of the pass: a lazy result that still needs the broadcast fails afterwards.',
    fix: 'Adds `destroy()` after the last action of the pass, where nothing that may need the broadcast leaves the pass.',
    examples: [
      { language: 'python', bad: 'def update(batch, batch_id):\n    limits = sc.broadcast(load_limits())\n    batch.rdd.filter(lambda row: row.value < limits.value).saveAsTextFile(f"/data/{batch_id}")\n\nspark.readStream.table("events").writeStream.foreachBatch(update).start()\n', good: 'def update(batch, batch_id):\n    limits = sc.broadcast(load_limits())\n    batch.rdd.filter(lambda row: row.value < limits.value).saveAsTextFile(f"/data/{batch_id}")\n    limits.destroy()\n\nspark.readStream.table("events").writeStream.foreachBatch(update).start()\n' },
      { language: 'scala', bad: 'import scala.collection.mutable.ListBuffer\n\nval weights = ListBuffer[Broadcast[Model]]()\nval lines = sc.textFile("/data/lines")\nfor (model <- models) {\n  val current = sc.broadcast(model)\n  weights += current\n  println(lines.filter(line => current.value.accepts(line)).count())\n}\n', good: 'val lines = sc.textFile("/data/lines")\nfor (model <- models) {\n  val current = sc.broadcast(model)\n  println(lines.filter(line => current.value.accepts(line)).count())\n  current.destroy()\n}\n' },
    ],
    source: 'Temporary files and blocks counted over ten passes, with unpersist, destroy, rebinding and a list: Spark 3.5.9 and 4.3.0. Scala on 3.5.6 and 4.3.0, 30 broadcasts of 1 MB: no files; destroyed 0 MB in the driver\'s block store, left or unpersisted 0 MB after a garbage collection, kept in a list 60 MB after it.',
  },
});

/** Literals tell how many passes there are: so many files, and no more. */
const isCountedOut = (loops: readonly Loop[]): boolean => loops.reduce((product, { most }) => product * (most ?? Infinity), 1) <= mostCounted;
const mostCounted = 20;

/** `var known = …` stands outside of the function that says `known = sc.broadcast(…)`. */
function isHeldOutside(program: SparkProgram, made: Resource): boolean {
  const statement = editsFor(program).statement(made.site);
  const [target, ...others] = statement?.expr.kind === 'bind' ? statement.expr.patterns : [];
  return target?.kind === 'name' && others.length === 0 && made.def.outer.has(target.name);
}

/** The function that makes it reads the value itself, and gives it to no function that the executors run: `col("a") == known.value`. */
function staysOnDriver(program: SparkProgram, made: Resource): boolean {
  const statement = editsFor(program).statement(made.site);
  const target = statement?.expr.kind === 'bind' && statement.expr.patterns.length === 1 ? statement.expr.patterns[0] : undefined;
  if (target?.kind !== 'name' || statement?.def.kind === 'module') return false;
  const own = (usesOf(program).get(target.name) ?? []).filter(({ defs }) => defs.includes(made.def));
  return own.some(({ member }) => member === 'value') && own.every(({ member, defs }) => member !== undefined && driverSide.has(member) && defs.at(-1) === made.def);
}

interface NameUse {
  /** What it is asked for; undefined: it is used as it is. */
  readonly member: string | undefined;
  readonly defs: readonly Def[];
}

/** Every use of every name, found in one walk. */
const usesOf = oncePerProgram((program): ReadonlyMap<string, readonly NameUse[]> => {
  const found = new Map<string, NameUse[]>();
  const members = new Map<Expr, string>();
  forEachOf(program.lowered, ['member', 'name'], (expr, _, defs) => {
    // A member comes before what it is a member of.
    if (expr.kind === 'member') members.set(expr.on, expr.name);
    if (expr.kind !== 'name') return;
    const uses = found.get(expr.name);
    const use = { member: members.get(expr), defs };
    if (uses) uses.push(use);
    else found.set(expr.name, [use]);
  });
  return found;
});
const driverSide: ReadonlySet<string> = new Set(['value', 'unpersist', 'destroy']);

function destroyFix(program: SparkProgram, made: Resource, loop: Loop | undefined, resources: readonly Resource[]): Fix[] {
  const edits = editsFor(program);
  const statement = edits.statement(made.site);
  if (!statement || made.site.module !== program.path || loop && !within(made.site, loop.range) || statement.expr.kind !== 'bind' || statement.expr.value === undefined) return [];
  const [target, ...others] = statement.expr.patterns;
  if (target?.kind !== 'name' || others.length > 0 || statement.base + statement.expr.value.span[1] !== made.site.end) return [];
  if (isNeededLater(program, made, loop)) return [];
  const inPass = inPassOf(made, loop);
  const uses = [...actions(program), ...resources.filter(({ op, value }) => (op === 'read' || op === 'unpersist') && value.made !== undefined && sameSite(value.made, made.site))].filter((event) => inPass(event) && event.order > made.order);
  const edit = releaseEdits(program, edits, target.name, statement, uses.map((event) => placeBeside(made, event)), 'destroy');
  // A use below that is none of these: of what is destroyed nothing can be asked.
  const end = loop ? loop.range.end : statement.base + made.def.length;
  if (edit.some(({ start }) => new RegExp(`\\b${target.name}\\b`).test(program.lowered.text.slice(start, end)))) return [];
  return edit.length > 0 ? [{ title: `Destroy \`${target.name}\` after the last action of the pass`, safety: 'suggested', edits: edit }] : [];
}

const inPassOf = (made: Resource, loop: Loop | undefined) => (event: { readonly loops: readonly Loop[]; readonly def: Resource['def'] }): boolean =>
  (loop ? event.loops.some((each) => sameLoop(each, loop)) : event.def === made.def);

/** Something that is made behind it in the pass is computed behind the pass. */
function isNeededLater(program: SparkProgram, made: Resource, loop: Loop | undefined): boolean {
  const end = (program.starts.get(made.def) ?? 0) + made.def.length;
  return program.datasets.some((each) => each.site.module === program.path && each.site.start > made.site.start && (loop ? within(each.site, loop.range) : each.site.end <= end) && leavesPass(program, each, inPassOf(made, loop)));
}

/** A lazy result that may hold the broadcast, and is computed later. */
const leavesPass = (program: SparkProgram, dataset: Dataset, inPass: (event: EventOf<'action'>) => boolean): boolean =>
  dataset.grows || dataset.escapes.length > 0 || actionsOn(program, dataset).some((action) => !inPass(action));
