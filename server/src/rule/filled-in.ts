/** Whether a build, or what starts a container, fills in the variables of a settings file before Spark reads it. */
import { escapePattern } from '../text/pattern.ts';
import type { SettingsContext } from './rule.ts';

/** `${NAME}` and nothing else, as the environment has it. */
export const reference = /^\$\{[A-Z][A-Z0-9_]*\}$/;

/** Programs that do little else, whatever names them. */
const filling = /envsubst|gomplate|dockerize|confd\b|consul-template|\bj2cli\b|expandvars|<filtering>|\bsed\b[^\n]{0,200}(?:spark[\w-]{0,60}\.(?:conf|properties)|\$\{|\\\$)|perl -p/i;
/** What is written in. */
const running = /\.(?:sh|bash|py|ipynb|ya?ml|j2|tf|dockerfile|mill|gradle|kts|sbt|xml)$|(?:^|\/)(?:Makefile|makefile|Dockerfile[^/]*|justfile|Procfile|README(?:\.\w+)?)$/i;
/** Words that mean much else: what they do counts where the file, or its folder, is named too. */
const mayFill = '\\bj2\\b|jinja|mustache|\\btemplat|\\beval\\b';

/** Undefined: nobody knows what the project says. */
export function isFilledIn({ path, mentions }: Pick<SettingsContext, 'path' | 'mentions'>): boolean | undefined {
  if (!mentions) return undefined;
  const [name, folder] = path.split('/').reverse();
  // `cat > "$SPARK_HOME/conf/spark-defaults.conf" <<EOF`: a script writes another text in its place, which the shell fills in.
  if (mentions(new RegExp(`(?:^|[^>])>\\s*["']?[^\\s"'>|]*${escapePattern(name!)}["']?\\s*<<|<<-?\\s*\\w+\\s*>(?!>)\\s*["']?[^\\s"'>|]*${escapePattern(name!)}\\b`), running)) return true;
  const named = [escapePattern(name!), ...(folder === undefined ? [] : [`\\b${escapePattern(folder)}/`]), '\\bSPARK_CONF_DIR\\b'].join('|');
  return isTemplate(path) || mentions(filling, running) || mentions(new RegExp(`^(?=[^]*?(?:${mayFill}))(?=[^]*?(?:${named}))`, 'i'), running);
}

/** By the name of the file, or of a folder that it lies in. */
export const isTemplate = (path: string): boolean => /templat|\btpl\b|tmpl|\bj2\b|jinja|sample|example|\bsrc\/\w+\/resources\/|\b(?:charts?|helm|ansible|roles|ambari|puppet|chef|cookbooks?|salt)\b/i.test(path);
