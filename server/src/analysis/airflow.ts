/** What Airflow's SparkSubmitOperator and its hook are given, as the arguments of the spark-submit that they run. */
import type { Argument, ConfEntry, Section } from '../program/conf.ts';
import type { Expr } from '../program/program.ts';
import { submitOption } from '../knowledge/submit.ts';
import type { Found, Reading } from './commands.ts';

const operators = /^SparkSubmit(?:Operator|Hook)$/;

/** Read in the provider's source (5.3.0): these become options, those of `conf` stand before them; what is empty or nothing is left out. */
const optionOf: Readonly<Record<string, string>> = {
  properties_file: '--properties-file', files: '--files', py_files: '--py-files', archives: '--archives', driver_class_path: '--driver-class-path', jars: '--jars', packages: '--packages',
  exclude_packages: '--exclude-packages', repositories: '--repositories', num_executors: '--num-executors', total_executor_cores: '--total-executor-cores', executor_cores: '--executor-cores',
  executor_memory: '--executor-memory', driver_memory: '--driver-memory', keytab: '--keytab', principal: '--principal', proxy_user: '--proxy-user', name: '--name', java_class: '--class',
  yarn_queue: '--queue', deploy_mode: '--deploy-mode',
};

/** The master, and whatever else is not given here, is the connection's. */
export function operatorSection(reading: Reading, { expr, base, defs }: Found): Section | undefined {
  if (expr.kind !== 'call') return undefined;
  const { fn } = expr;
  // `SparkSubmitOperator.partial(…)` tells a part of it.
  const named = fn.kind === 'member' && fn.name === 'partial' ? fn.on : fn;
  if (named.kind !== 'name' && named.kind !== 'member' || !operators.test(named.name)) return undefined;
  const at = (inner: Expr): Found => ({ expr: inner, base, defs });
  const whole = reading.range({ expr, base, defs });
  const nameEnd = reading.range(at(named)).end;
  const entries: ConfEntry[] = [];
  const args: Argument[] = [];
  for (const { key, value } of expr.args.filter(({ name }) => name === 'conf').flatMap((arg) => reading.pairs(at(arg.value)).pairs)) {
    const text = key.expr.kind === 'literal' && typeof key.expr.value === 'string' ? key.expr.value : undefined;
    // `--master`, which the operator always passes, counts for more.
    if (text === undefined || text === 'spark.master') continue;
    const [keyRange, valueRange] = [reading.range(key), reading.range(value)];
    entries.push({ start: keyRange.start, end: valueRange.end, key: text, keyRange, value: reading.textOf(value), valueRange, told: { option: '--conf', order: entries.length, conditional: false, within: 'code' } });
  }
  for (const { name, nameSpan, value } of expr.args) {
    const option = name === undefined ? undefined : optionOf[name];
    if (option === undefined || !nameSpan || isNothing(value)) continue;
    const keyRange = { start: base + nameSpan[0], end: base + nameSpan[1] };
    const valueRange = reading.range(at(value));
    const text = reading.textOf(at(value));
    // What is not known may be nothing.
    args.push({ is: 'option', text: option, start: keyRange.start, end: valueRange.end, conditional: text === undefined, inPlace: true, value: { text, range: valueRange } });
    const key = submitOption(option)?.keys[0];
    if (key !== undefined) entries.push({ start: keyRange.start, end: valueRange.end, key, keyRange, value: text, valueRange, told: { option, order: entries.length, conditional: text === undefined, within: 'code' } });
  }
  const program = expr.args.find(({ name }) => name === 'application')?.value;
  if (program && !isNothing(program)) {
    const range = reading.range(at(program));
    args.push({ is: 'application', text: reading.textOf(at(program)), ...range, conditional: false, inPlace: true });
  }
  return entries.length === 0 ? undefined : { ...whole, entries, command: { ...whole, launcher: 'spark-submit', nameRange: { start: nameEnd - named.name.length, end: nameEnd }, arguments: args, breaks: [], open: true } };
}

const isNothing = (value: Expr): boolean => value.kind === 'literal' && !value.value;
