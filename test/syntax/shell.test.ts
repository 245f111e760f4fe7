/** Scripts and Dockerfiles: which commands are found, what their words are, and where these stand. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Script } from '../../server/src/program/conf.ts';
import { namesLauncher, scriptForm } from '../../server/src/syntax/shell/index.ts';
import { syntax } from '../support/engine.ts';

const read = (text: string, form: Script['form'] = 'shell'): Script => syntax.script('x', text, form);
/** `key=value` of each entry; a value that is not known is a question mark, an entry that may be missing is in brackets. */
const entries = (text: string, form?: Script['form']): string[] => read(text, form).sections.flatMap(({ entries: own }) => own).map(({ key, value, told }) => {
  const pair = `${key}=${value ?? '?'}`;
  return told?.conditional ? `[${pair}]` : pair;
});
const launchers = (text: string): string[] => read(text).sections.map(({ command }) => command!.launcher);
/** The arguments of the first command: its options, and what the rest is. */
const line = (text: string): string[] => read(text).sections[0]!.command!.arguments.map(({ is, text: word, value }) => `${is} ${word ?? '?'}${value ? ` ${value.text ?? '?'}` : ''}`);

describe('which files are scripts', () => {
  it.each([
    ['run.sh', undefined, 'shell'], ['a/run.bash', undefined, 'shell'], ['Dockerfile', undefined, 'dockerfile'], ['spark.dockerfile', undefined, 'dockerfile'], ['Dockerfile.worker', undefined, 'dockerfile'],
    ['run.sh.j2', undefined, 'shell'], ['conf/Dockerfile.template', undefined, 'dockerfile'], ['Makefile', undefined, 'makefile'], ['spark.mk', undefined, 'makefile'], ['Makefile.am', undefined, 'makefile'],
    ['bin/start', '#!/bin/bash\n', 'shell'], ['bin/start', '#!/usr/bin/env python\n', undefined], ['bin/start', 'spark-submit', undefined], ['run.py', '#!/bin/sh\n', undefined],
  ])('%s %j', (path, text, form) => expect(scriptForm(path, text)).toBe(form));
  it('names of launchers', () => {
    for (const text of ['"$SPARK_HOME"/bin/spark-submit x', '$SPARK_SUBMIT x', 'start-thriftserver.sh', 'export PYSPARK_SUBMIT_ARGS=x', 'pyspark3']) expect(namesLauncher(text), text).toBe(true);
    for (const text of ['echo spark', 'sparkle-submit', 'SPARK_HOME=/opt']) expect(namesLauncher(text), text).toBe(false);
  });
});

describe('commands that start Spark', () => {
  it.each([
    ['spark-submit a.py', ['spark-submit']], ['"${SPARK_HOME}"/bin/spark-submit a.py', ['spark-submit']], ['exec nohup /opt/spark/bin/spark-sql -e x', ['spark-sql']],
    ['A=1 B=2 sudo -u etl spark3-submit a.py', ['spark-submit']], ['$SPARK_SUBMIT a.py', ['spark-submit']], ['S=/opt/bin/spark-submit\n$S a.py', ['spark-submit']],
    ['docker exec -it box spark-shell', ['spark-shell']], ['docker compose run --rm spark pyspark', ['pyspark']], ['kubectl exec pod -- spark-submit a.py', ['spark-submit']], ['poetry run spark-submit a.py', ['spark-submit']],
    ['spark-class org.apache.spark.deploy.SparkSubmit a.py', ['spark-submit']], ['spark-class org.apache.spark.deploy.master.Master', []],
    ['cmd="spark-submit --master yarn"\n$cmd a.py', ['spark-submit']], ['if spark-submit a.py; then spark-sql -f b; fi | tee log', ['spark-submit', 'spark-sql']],
    ['bash -c "cd x && spark-submit a.py"', ['spark-submit']], ["docker exec box bash -lc 'nohup spark-submit a.py &'", ['spark-submit']], ['spark-submit --class org.apache.spark.sql.hive.thriftserver.HiveThriftServer2 --hiveconf a=b', ['start-thriftserver.sh']], ['eval spark-submit "--name \'a\'" a.py', ['spark-submit']], ['bash -c "echo \\"spark-submit\\""', []],
    ['docker exec pyspark spark-submit --deploy-mode cluster app.py', ['spark-submit']], ['conda run -n pyspark spark-submit a.py', ['spark-submit']], ['sudo -u pyspark spark-submit a.py', ['spark-submit']], ['sudo -nE -u etl A=1 /opt/bin/spark-submit a.py', ['spark-submit']],
    ['timeout -k 5 2h nice -n 10 spark-submit a.py', ['spark-submit']], ['env -i V=1 spark-submit a.py', ['spark-submit']], ['docker run --rm -it -e A=1 -v /a:/b --network host image:3 bash -x /opt/spark/bin/spark-submit a.py', ['spark-submit']], ['docker compose -f a.yml exec -T "$BOX" spark-submit a.py', ['spark-submit']],
    ['kubectl -n x exec -it pod -c pyspark -- env A=1 spark-submit a.py', ['spark-submit']], ['uv run --with pyspark --isolated spark-submit a.py', ['spark-submit']], ['ssh -o A=b host spark-submit a.py', ['spark-submit']], ['nice -5 spark-submit a.py', ['spark-submit']], ['nice -n10 spark-submit a.py', ['spark-submit']],
    ...['sudo pip install pyspark --upgrade', 'env V=1 pip install pyspark --upgrade', 'poetry run pip install pyspark --quiet', 'docker run --name pyspark --rm image x', 'docker run --rm pyspark --x', 'docker pull pyspark', 'kubectl exec -it pyspark --container foo -- bash', 'conda run -n pyspark --no-capture-output python x.py', 'uv run --with pyspark --isolated x.py', 'sudo systemctl restart pyspark --now', 'sudo ln -s a /usr/local/bin/pyspark --force', 'sudo chmod +x /opt/spark/bin/spark-submit --recursive', 'ssh pyspark', 'sudo'].map((text): [string, string[]] => [text, []]),
    ['echo spark-submit a.py', []], ['pip install pyspark', []], ['uv export --no-emit-package pyspark --no-emit-package py4j', []], ['docker build -t spark-submit .', []], ['which spark-submit', []], ['# spark-submit a.py', []], ["cat <<'EOF'\nspark-submit a.py\nEOF", []],
    ['spark-sql --master yarn <<EOF\nSELECT 1;\n-- spark-submit\nEOF', ['spark-sql']],
  ])('%j', (text, found) => expect(launchers(text)).toEqual(found));
});

describe('the name of a command', () => {
  it.each([['export SPARK_HOME=/opt/spark\nA=1\n$SPARK_HOME/bin/spark-submit a.py', '$SPARK_HOME/bin/spark-submit'], ['S=/opt/spark-submit\n$S a.py', '/opt/spark-submit'], ['sudo spark-sql -e x', 'spark-sql']])('%j', (text, name) => {
    const { start, end } = read(text).sections[0]!.command!.nameRange;
    expect(text.slice(start, end)).toBe(name);
  });
});

describe('words of a command', () => {
  it('are options, the application, and what is handed to it', () => {
    expect(line('spark-submit --master=yarn -c a=b --verbose -v --supervise "my app.py" --conf x y')).toEqual(['option --master yarn', 'option --conf a=b', 'option --verbose', 'option --verbose', 'option --supervise', 'application my app.py', 'passed --conf', 'passed x', 'passed y']);
    expect(line('spark-submit --foo x --conf spark.a=1')).toEqual(['unknown option --foo', 'unknown x', 'option --conf spark.a=1']);
    expect(line('spark-submit $OPTIONS job.py --name x')).toEqual(['unknown ?', 'application job.py', 'passed --name', 'passed x']);
    expect(line('spark-submit $OPTIONS "$JOB" --conf spark.a=1')).toEqual(['unknown ?', 'unknown ?', 'option --conf spark.a=1']);
    expect(line('spark-sql -e "select 1" --conf spark.a=1 -S')).toEqual(['passed -e', 'passed select 1', 'option --conf spark.a=1', 'unknown -S']);
    expect(line('spark-submit --conf')).toEqual(['option --conf']);
    expect(line('spark-submit --jars $(ls *.jar | tr "\\n" ,) a.py')).toEqual(['option --jars ?', 'application a.py']);
  });
  it('are as the shell makes them', () => {
    expect(entries(`spark-submit --conf 'spark.a=x y' --conf "spark.b=\\"q\\" \\$z" --conf spark.c=p" q "r --conf spark.d=a\\ b --conf $'spark.e=t\\tu'`)).toEqual(['spark.a=x y', 'spark.b="q" $z', 'spark.c=p q r', 'spark.d=a b', 'spark.e=t\tu']);
    expect(entries('spark-submit --conf spark.a=$(date) --conf "spark.b=${B:-4}" --conf spark.c=$((1+2)) --conf spark.d=`x` --conf $K=1')).toEqual(['spark.a=?', 'spark.b=?', 'spark.c=?', 'spark.d=?']);
    expect(entries('spark-submit \\\n  --conf \\\n  spark.a=1 --conf "spark.b=x\\\ny" a.py')).toEqual(['spark.a=1', 'spark.b=xy']);
    expect(entries('spark-submit --conf spark.a={{ params.a }} --executor-memory {{memory}} a.py')).toEqual(['spark.a={{_params.a_}}', 'spark.executor.memory={{memory}}']);
  });
});

describe('variables', () => {
  it.each([
    ['M=4g\nspark-submit --executor-memory $M a.py', ['spark.executor.memory=4g']],
    ['export M=4 U=g\nspark-submit --executor-memory "${M}$U" a.py', ['spark.executor.memory=4g']],
    ['M=4g\nM=8g\nspark-submit --executor-memory $M a.py', ['spark.executor.memory=8g']],
    ['M=4g\nif x; then M=8g; fi\nspark-submit --executor-memory $M a.py', ['spark.executor.memory=?']],
    ['if x; then M=8g; spark-submit --executor-memory $M a.py; fi', ['spark.executor.memory=8g']],
    ['[ -z "$M" ] && M=8g\nspark-submit --executor-memory $M a.py', ['spark.executor.memory=?']],
    ['spark-submit --executor-memory "$M" a.py\nM=4g', ['spark.executor.memory=?']],
    ['M=$1\nspark-submit --executor-memory "$M" --conf spark.a=$2 a.py', ['spark.executor.memory=?', 'spark.a=?']],
    ['read -r M\nspark-submit --executor-memory "$M" a.py', ['spark.executor.memory=?']],
    ['for M in 1g 2g; do spark-submit --executor-memory "$M" a.py; done', ['spark.executor.memory=?']],
    ['f() { local M=2g; spark-submit --executor-memory $M a.py; }\nM=4g\nf', ['spark.executor.memory=2g']],
    ['f() { spark-submit --executor-memory $M a.py; }\nM=4g\nf', ['spark.executor.memory=4g']],
    ['M=4g\n. "$(dirname "$0")/conf.sh"\nspark-submit --executor-memory $M a.py', ['spark.executor.memory=?']],
    ['M=4g\nsource x\nM=8g\nspark-submit --executor-memory $M a.py', ['spark.executor.memory=8g']],
    ['M=4g\nif x; then eval "$Y"; fi\nspark-submit --executor-memory $M a.py', ['spark.executor.memory=?']],
    ['A=(--executor-cores 2)\nM=4g\n. x\n. y\nspark-submit "${A[@]}" --executor-memory $M a.py', ['spark.executor.memory=?']],
    ['M=4g\nN=2\nunset M\nspark-submit --executor-memory $M --executor-cores $N a.py', ['spark.executor.memory=?', 'spark.executor.cores=2']],
    ['M=4g\nN=2\nprintf -v M %s x\nspark-submit --executor-memory $M --executor-cores $N a.py', ['spark.executor.memory=?', 'spark.executor.cores=2']],
    ['A=$B\nB=$A\nspark-submit --conf spark.a=$B a.py', ['spark.a=?']],
    ['C="--conf spark.a=1 --executor-cores 2"\nspark-submit $C a.py', ['spark.a=1', 'spark.executor.cores=2']],
    ['C="--conf spark.a=1"\nC="$C --conf spark.b=2"\nC+=" --conf spark.c=3"\nspark-submit $C a.py', ['spark.a=1', 'spark.b=2', 'spark.c=3']],
    ['C="--conf spark.a=1"\nif x; then C="$C --conf spark.b=2"; fi\nspark-submit $C a.py', ['spark.a=1', '[spark.b=2]']],
    ['A=(--conf spark.a=1\n  # of the team\n  --conf "spark.b=$X")\nA+=(--conf spark.c=3)\nspark-submit "${A[@]}" a.py', ['spark.a=1', 'spark.b=?', 'spark.c=3']],
    ['A=(--conf spark.a=1)\n[ "$X" ] && A+=(--conf spark.b=2)\nspark-submit "${A[@]}" a.py', ['spark.a=1', '[spark.b=2]']],
    ['A=()\nwhile x; do A+=(--conf spark.b=2); done\nspark-submit "${A[@]}" a.py', ['[spark.b=2]']],
    ['export PYSPARK_SUBMIT_ARGS="--conf spark.a=1 --driver-memory 4g pyspark-shell"', ['spark.a=1', 'spark.driver.memory=4g']],
  ])('%j', (text, found) => expect(entries(text)).toEqual(found));

  it('are followed within bounds', () => {
    const webs = Array.from({ length: 20 }, () => Array.from({ length: 7 }, (_, index) => `V${index}=$V${(index + 1) % 7}\n`).join('')).join('');
    expect(entries(`${webs}spark-submit --executor-memory $V0 a.py`)).toEqual(['spark.executor.memory=?']);
    const grown = `OPTS="--name x"\n${Array.from({ length: 189 }, (_, index) => `OPTS="$OPTS --conf spark.k${index}=1"\n`).join('')}`;
    expect(entries(`${grown}spark-submit $OPTS a.py`)).toHaveLength(190);
    expect(launchers(grown + 'spark-submit $OPTS a.py\n'.repeat(1500))).toHaveLength(1500);
    expect(launchers(grown + 'if x; then spark-submit $OPTS a.py; fi\n'.repeat(1500))).toHaveLength(1500);
  }, 10_000);

  it('leave each entry where it is written', () => {
    const text = 'M=4g\nC="--conf spark.a=12"\nspark-submit --executor-memory $M $C --conf "spark.b=${M}x" a.py\n';
    const places = read(text).sections[0]!.entries.map(({ keyRange, valueRange }) => [text.slice(keyRange.start, keyRange.end), text.slice(valueRange.start, valueRange.end)]);
    expect(places).toEqual([['--executor-memory', '4g'], ['spark.a', '12'], ['spark.b', '"spark.b=${M}x"']]);
  });
});

describe('a command that ends too early', () => {
  const breaks = (text: string): string[] => read(text).sections.flatMap(({ command }) => command!.breaks.map(({ why, next }) => `${why}: ${text.slice(next.start, next.end)}`));
  it.each([
    ['spark-submit --master yarn\n  --name x \\\n  a.py', ['no backslash: --name']], ['spark-submit --master yarn\n  a.py x', ['no backslash: a.py']],
    ['spark-submit \\ \n  --name x a.py', ['blank behind the backslash: --name']], ['spark-submit \\\n\n  --name x a.py', ['empty line: --name']],
    ['spark-submit \\\n  # a note\n  --name x a.py', ['comment: --name']], ['spark-submit \\\r\n  --name x \\\r\n  a.py\r\n', []],
    ['spark-submit a.py\n./b.py\n', []], ['spark-submit a.py\necho --done', []], ['spark-submit \\\n  a.py\n\nls', []], ['spark-submit a.py # a note\n', []],
  ])('%j', (text, found) => expect(breaks(text)).toEqual(found));
  it('is read on, for the rest was meant for it', () => expect(entries('spark-submit\n--master yarn \\\n--name x')).toEqual(['spark.master=yarn', 'spark.app.name=x']));
});

describe('Dockerfiles', () => {
  const found = (text: string): string[] => entries(text, 'dockerfile');
  it('have commands in both forms, comments between lines, and variables', () => {
    expect(found('FROM x\nRUN --mount=type=cache,target=/x echo && \\\n  # a note\n  spark-submit --conf spark.a=1 \\\n\n  # another\n  --conf spark.b=2 a.py\nCOPY a b\n')).toEqual(['spark.a=1', 'spark.b=2']);
    expect(found('CMD ["spark-submit", "--conf", "spark.a=\\"x\\"", "--executor-cores", "2", "a.py"]\n')).toEqual(['spark.a="x"', 'spark.executor.cores=2']);
    expect(found('CMD ["spark-submit", \\\n  "--conf", "spark.a=1", \\\n  "a.py"]\n')).toEqual(['spark.a=1']);
    expect(found('ENV M=4g OTHER=x\nENTRYPOINT exec spark-submit --executor-memory $M a.py\n')).toEqual(['spark.executor.memory=?']);
    expect(found('ENV M=4g\nRUN spark-submit --executor-memory $M a.py\nCMD M=2g; spark-submit --executor-memory $M a.py\n')).toEqual(['spark.executor.memory=4g', 'spark.executor.memory=2g']);
    expect(found('ARG M=4g\nRUN spark-submit --executor-memory $M a.py\n')).toEqual(['spark.executor.memory=?']);
    expect(found('RUN ["spark-submit", 1]\nCMD ["a", \nLABEL a="spark-submit --conf spark.a=1"\n# RUN spark-submit --conf spark.a=1\n')).toEqual([]);
  });
  it('keep their places', () => {
    const text = '# syntax=x\nRUN spark-submit \\\n  # a note\n  --conf spark.a=1\nCMD ["spark-submit", "--conf", "spark.b=2"]\n';
    const { sections, comments } = read(text, 'dockerfile');
    expect(sections.flatMap((section) => section.entries).map(({ valueRange }) => text.slice(valueRange.start, valueRange.end))).toEqual(['1', '2']);
    expect(comments.map(({ start, end }) => text.slice(start, end))).toEqual(['# syntax=x', '# a note']);
  });
});

describe('a text for another shell', () => {
  it('is read without the backslashes that its double quotes take', () => {
    expect(entries('bash -c "spark-submit --name \\"$A\\" --conf \\"spark.a=1 2\\" --conf spark.b=\\$B --conf spark.c=1 \\\\\n x.py"')).toEqual(['spark.app.name=?', 'spark.a=1 2', 'spark.b=?', 'spark.c=1']);
    expect(entries("bash -c 'spark-submit --conf spark.a=\\\"b x.py'")).toEqual(['spark.a="b']);
  });
});

describe('commands in a variable', () => {
  it.each([
    'CMD="spark-submit --conf spark.a=1 x.py"\necho "$CMD"\neval "$CMD"',
    'CMD="spark-submit --conf spark.a=1 x.py"\neval $CMD',
    'CMD="spark-submit --conf spark.a=1 x.py"\n$CMD',
    'CMD="cd /x && spark-submit --conf spark.a=1 x.py"\nbash -c "$CMD"',
    'CMD="spark-submit --conf spark.a=1 x.py"\nssh -t user@host "$CMD"',
    'CMD="spark-submit"\nCMD="$CMD --conf spark.a=1"\nCMD+=" x.py"\neval "${CMD}"',
    'A=1\neval "spark-submit --conf spark.a=$A x.py"',
  ])('%j', (text) => expect(entries(text)).toEqual(['spark.a=1']));
  it('are run by something', () => expect(entries('CMD="spark-submit --conf spark.a=1 x.py"\necho "$CMD"\nlog -c "$CMD"')).toEqual([]));
  it('of which eval may change any', () => expect(entries('A=1\neval "$(x)"\nspark-submit --conf spark.a=$A x.py')).toEqual(['spark.a=?']));
});

describe('what branches set', () => {
  it.each([
    ['case "$1" in\n  driver)\n    CMD=("$SPARK_HOME/bin/spark-submit" --conf "spark.a=$A" --deploy-mode client "$@")\n    ;;\n  *) CMD=("$@") ;;\nesac\nexec /usr/bin/tini -s -- "${CMD[@]}"', ['spark.a=?', 'spark.submit.deployMode=client']],
    ['if x; then CMD="spark-submit --conf spark.a=1 x.py"; else CMD="spark-submit --conf spark.b=2 y.py"; fi\neval "$CMD"', ['spark.a=1', 'spark.b=2']],
    ['if x; then CMD="spark-submit --conf spark.a=1"; else CMD="python"; fi\n$CMD x.py', ['spark.a=1']],
    ['if x; then CMD="spark-submit --conf spark.a=1 x.py"; fi\nssh host "$CMD"', ['spark.a=1']],
    ['if x; then CMD="spark-submit --conf spark.a=1 x.py"; fi\necho "$CMD"', []],
    ['O="--conf spark.a=0"\nif x; then O="--executor-memory 4g"; else O="$O --conf spark.b=2"; fi\nspark-submit $O x.py', ['spark.a=0', 'spark.executor.memory=4g', 'spark.b=2']],
    ['O="--conf spark.a=0"\nif x; then O="--executor-memory 4g"; fi\nspark-submit $O x.py', ['spark.a=0', 'spark.executor.memory=4g']],
    ['case $E in prod) O=(--conf spark.a=1) ;; dev) O=(--conf spark.b=2) ;; esac\nspark-submit --name x "${O[@]}" x.py', ['spark.a=1', 'spark.b=2', 'spark.app.name=x']],
    ['case $E in prod) O=(--conf spark.a=1) ;; dev) O=(--conf spark.b=2) ;; esac\nspark-submit "${O[@]}" x.py\nspark-submit "${O[@]}" y.py', ['spark.a=1', 'spark.b=2']],
    // For the program, or for who knows what.
    ['if x; then O="--conf spark.a=1"; fi\nspark-submit x.py $O', []],
    ['if x; then O="--conf spark.a=1"; fi\nspark-submit $A "$B" $O', []],
    ['if x; then O="--verbose --mode fast --conf spark.a=1"; fi\nspark-submit $O x.py', []],
    ['if x; then M=8g; else M=4g; fi\nspark-submit --executor-memory $M x.py', ['spark.executor.memory=?']],
    ['f() { O="--conf spark.a=1"; }\nspark-submit $O x.py', []],
  ])('%j', (text, found) => expect(entries(text)).toEqual(found));
  it('is told beside what else there may be', () => {
    const { sections } = read('if x; then O="--conf spark.a=1"; fi\nspark-submit $O x.py');
    expect(sections.map(({ entries: own, command, open }) => [own.length, command!.open, open])).toEqual([[1, true, true], [0, true, undefined]]);
  });
});

describe('scripts that another shell is given behind <<EOF', () => {
  const submit = 'spark-submit --conf spark.a=$A x.py\nEOF\n';
  it.each([
    'bash <<EOF', '/bin/sh -x <<EOF', 'ssh -t -i key -o A=b user@host <<EOF', 'ssh "$HOST" -T << EOF > log', 'ssh host bash -s -- a <<-EOF', 'ssh host "bash -s" <<EOF', 'docker exec -i box bash <<EOF', 'kubectl exec -i pod -- sh <<EOF', 'sudo su - etl <<EOF', 'sudo -u etl bash -l <<EOF', 'cat <<EOF | ssh host', 'cat > run.sh <<EOF', 'cat << EOF > "$DIR/run.sh"', 'sudo tee -a /opt/run.sh >/dev/null <<EOF', 'if x; then bash <<EOF',
  ])('%s', (text) => expect(entries(`A=1\n${text}\n${submit}`)).toEqual(['spark.a=?']));
  it.each(['cat <<EOF', 'cat > notes.txt <<EOF', 'ssh host cat <<EOF', 'ssh host spark-sql <<EOF', 'python - <<EOF', 'bash run.sh <<EOF', 'bash -c "cat" <<EOF', 'su -c x etl <<EOF', 'git push <<EOF', 'tee run.sh.md <<EOF'])('%s: none', (text) => expect(entries(`${text}\n${submit}`)).toEqual([]));
  it('has variables of its own where the first shell leaves the text alone', () => {
    expect(entries(`A=1\nbash <<'EOF'\nA=2\n${submit}`)).toEqual(['spark.a=2']);
    expect(entries(`A=1\nbash <<EOF\nA=2\n${submit}`)).toEqual(['spark.a=?']);
    expect(entries('bash <<EOF\nspark-submit --conf spark.a=\\$A \\\n  --conf spark.b=2 $O x.py --conf spark.c=3\nEOF')).toEqual(['spark.a=?', 'spark.b=2']);
  });
  it('whoever wrote it down', () => expect(entries(`cat > /usr/local/bin/run <<'EOF'\n#!/usr/bin/env bash\n${submit}`)).toEqual(['spark.a=?']));
  it('stands where it is written, comments too', () => {
    const text = "bash <<'EOF'\n# a note\nspark-submit --conf spark.a=12 x.py\nEOF\n";
    const { sections, comments, statements } = read(text);
    expect([sections[0]!.entries[0]!.valueRange, comments[0]!, statements[0]!].map(({ start, end }) => text.slice(start, end))).toEqual(['12', '# a note', 'spark-submit --conf spark.a=12 x.py']);
  });
});

describe('Makefiles', () => {
  const found = (text: string): string[] => entries(text, 'makefile');
  it('hold commands in their recipes', () => {
    expect(found('# spark-submit --conf spark.a=1 x.py\nrun:\n\t@spark-submit --conf spark.b=1 \\\n\t  --conf spark.c=$(C) \\\n  --conf spark.d=$$D x.py\n\nspark-submit --conf spark.e=1 x.py\n')).toEqual(['spark.b=1', 'spark.c=?', 'spark.d=?']);
    expect(found('run:\r\n\t-@spark-submit --conf spark.a=1 $< $(filter-out $@,$(X)) && docker exec -it $(C) spark-submit --conf spark.b=1 x.py\r\n')).toEqual(['spark.a=1', 'spark.b=1']);
  });
  it('have variables', () => {
    expect(found('MASTER := yarn\nMEM ?= 4g\nLIST = a b\nrun:\n\tspark-submit --master $(MASTER) --conf spark.a=${MASTER} --executor-memory $(MEM) --conf spark.b=$(LIST) x.py\n')).toEqual(['spark.master=yarn', 'spark.a=yarn', 'spark.executor.memory=?', 'spark.b=?']);
  });
  it.each([
    ['M = yarn\nifdef LOCAL\nM = local[2]\nendif\n'], ['ifeq ($(X), 1)\n  M = yarn\nendif\n'], ['M = local[2]\nprod: M = yarn\n'], ['M = yarn\ninclude local.mk\n'], ['M = yarn\nother:\n\texport M=local[2]; ./x.sh\n'], ['M = yarn\ndefine SET\nM = local[2]\nendef\n'], ['define M\nyarn\nendef\n'],
  ])('whose value is not known: %j', (before) => expect(found(`${before}run:\n\tspark-submit --master $(M) x.py\n`)).toEqual(['spark.master=?']));
  it('are counted where they are set: not in comments, nor by what else is defined', () => {
    expect(found('# M = local[*]\ndefine NOTE\ntext\nendef\nM = yarn\nrun:\n\tspark-submit --master $(M) x.py\n')).toEqual(['spark.master=yarn']);
  });
  it('keep every place', () => {
    const text = 'M = yarn\n# note\nrun:\n\t@spark-submit --master $(M) --conf spark.a=1 x.py  # last\n';
    const { sections, comments } = read(text, 'makefile');
    expect(sections[0]!.entries.map(({ keyRange, valueRange }) => [text.slice(keyRange.start, keyRange.end), text.slice(valueRange.start, valueRange.end)])).toEqual([['--master', 'yarn'], ['spark.a', '1']]);
    expect(comments.map(({ start, end }) => text.slice(start, end))).toEqual(['# note', '# last']);
  });
});

it('whatever the text, it is read, and every range lies in it', () => {
  const piece = fc.constantFrom('spark-submit', ' ', '--conf', 'spark.a=1', '--master', 'yarn', '\\\n', '\n', '"', "'", '$X', '${A[@]}', '$(', ')', 'A=(', 'A+=(', 'X=', '#', '\\', '<<EOF\n', 'EOF\n', 'if ', 'fi', '; ', ' && ', '[', ']', ',', 'CMD ["', 'RUN ', '{{', '}}', 'a.py', '\r\n', 'é', '😀', 'PYSPARK_SUBMIT_ARGS=', 'SPARK_WORKER_OPTS=', '-Dspark.a=1', 'cat > spark-defaults.conf ', '\t@', 'X := ', '$(X)', '$$', "<<'EOF'\n", 'spark.a 1\n', 'echo spark.a 1 >> spark-defaults.conf', 'COPY ');
  fc.assert(fc.property(fc.array(piece, { maxLength: 30 }), fc.constantFrom<Script['form']>('shell', 'dockerfile', 'makefile'), (pieces, form) => {
    const text = pieces.join('');
    const { sections, comments, statements } = read(text, form);
    const ranges = [...comments, ...statements, ...sections.flatMap(({ entries: own, command }) => [...own.flatMap((entry) => [entry, entry.keyRange, entry.valueRange]), ...(command?.arguments ?? []), ...(command?.breaks ?? []).flatMap(({ at, next }) => [at, next])])];
    for (const { start, end } of ranges) expect(start >= 0 && start <= end && end <= text.length, `${start}-${end} in ${JSON.stringify(text)}`).toBe(true);
  }), { numRuns: 1500, seed: 20261126 });
});

describe('options of the JVM', () => {
  it.each([
    ['export SPARK_HISTORY_OPTS="-Xmx2g -Dspark.a=1 -Dspark.b=$B -Dx.y=z"', ['spark.a=1', 'spark.b=?']],
    ["SPARK_WORKER_OPTS=-Dspark.a=1\nSPARK_WORKER_OPTS=\"$SPARK_WORKER_OPTS -Dspark.b='x y'\"", ['spark.a=1', 'spark.b=x y']],
    ['OTHER_OPTS="-Dspark.a=1"; SPARK_MASTER_OPTS="-Dspark.a -Dspark.b="', ['spark.b=']],
  ])('%j', (text, found) => expect(entries(text)).toEqual(found));
  it('of an image', () => expect(entries('FROM a\nENV SPARK_MASTER_OPTS="-Dspark.a=1" \\\n    B=c\n', 'dockerfile')).toEqual(['spark.a=1']));
});

describe('options that Zeppelin hands to spark-submit', () => {
  it('stand in a variable', () => {
    expect(entries('export SPARK_SUBMIT_OPTIONS="--driver-memory 2g --conf spark.a=1"')).toEqual(['spark.driver.memory=2g', 'spark.a=1']);
    expect(entries('FROM a\nENV SPARK_SUBMIT_OPTIONS="--conf spark.a=1"\n', 'dockerfile')).toEqual(['spark.a=1']);
    expect(read('export SPARK_SUBMIT_OPTIONS="--conf spark.a=1"').sections[0]!.command).toMatchObject({ launcher: 'spark-submit', open: true });
  });
  it('or belong to a command of the script', () => expect(entries('SPARK_SUBMIT_OPTIONS="--conf spark.a=1"\nspark-submit $SPARK_SUBMIT_OPTIONS x.py')).toEqual(['spark.a=1']));
});

describe('settings files that a script writes', () => {
  it('line by line in one text', () => {
    expect(entries('echo -e "\\nspark.a 1\\nspark.b=$B\\n# spark.c 3\\nspark.d  x y\\n" >> $SPARK_HOME/conf/spark-defaults.conf')).toEqual(['spark.a=1', 'spark.b=?', 'spark.d=x y']);
    expect(entries("printf 'spark.a 1\\nspark.b 2\\n' | sudo tee -a conf/spark-defaults.conf")).toEqual(['spark.a=1', 'spark.b=2']);
    expect(entries('echo "spark.a 1\nspark.b 2\n# spark.c 3\n  spark.d 4" > conf/spark-defaults.conf\nspark-submit --conf spark.e=5 x.py')).toEqual(['spark.a=1', 'spark.b=2', 'spark.d=4', 'spark.e=5']);
    expect(entries('echo "spark.a 1\\nspark.b 2" >> conf/spark-defaults.conf')).toEqual(['spark.a=?']);
    expect(entries('echo -e "spark.a 1\\nspark.b 2" >> notes.txt # > spark-defaults.conf')).toEqual([]);
    expect(entries('echo "run\nspark.a 1\n" >> log\necho "x" >> conf/spark-defaults.conf')).toEqual([]);
  });
  it('stands where it is written', () => {
    const text = 'echo -e "spark.a 12\\nspark.bc 34\\n" >> spark-defaults.conf';
    expect(read(text).sections.flatMap(({ entries: own }) => own).map(({ start, end, keyRange, valueRange }) => [{ start, end }, keyRange, valueRange].map((range) => text.slice(range.start, range.end)))).toEqual([['spark.a 12', 'spark.a', '12'], ['spark.bc 34', 'spark.bc', '34']]);
  });

  it.each([
    ['cat > $H/conf/spark-defaults.conf <<EOF\nspark.a 1\nspark.b=$B\nspark.$C 1\n# spark.d 1\nEOF\nspark.e 1', ['spark.a=1', 'spark.b=?']],
    ["cat <<-'END' | sudo tee -a /etc/spark-defaults.conf\n\tspark.a $B\\n\n\tEND\n", ['spark.a=$B\n']],
    ['cat >> "conf/spark-defaults.conf" << "EOF"\r\nspark.a 1\r\nEOF\r\n', ['spark.a=1']],
    ['cat > x.conf <<EOF\nspark.a 1\nEOF\ncat > other.txt <<EOF\nspark.b 1 > spark-defaults.conf\nEOF', ['spark.a=1']],
    ['cat > spark-defaults.conf <<EOF\nspark.a 1', ['spark.a=1']],
    ['echo "spark.a 1" >> conf/spark-defaults.conf && echo spark.b=2 | tee -a "conf/spark-defaults.conf"', ['spark.a=1', 'spark.b=2']],
    ["printf 'spark.a  $B\\n' >> spark-defaults.conf; echo \"spark.b $B\" >> spark-defaults.conf; echo 'spark.c 1' >> other", ['spark.a=$B', 'spark.b=?']],
    ['cat > conf/00-custom-spark-driver-defaults.conf <<EOF\n[driver] {\n  "spark.a" = "1"\n}\nEOF', []],
    ['# echo "spark.a 1" >> spark-defaults.conf\necho "spark.b 1" > /tmp/x; cp y spark-defaults.conf', []],
  ])('%j', (text, found) => expect(entries(text)).toEqual(found));
  it('of an image', () => {
    expect(entries('FROM a\nRUN echo "spark.a 1" >> spark-defaults.conf && \\\n  echo "spark.b 2" >> spark-defaults.conf\nCOPY <<EOF /opt/spark/conf/spark-defaults.conf\nspark.c 3\nEOF\n', 'dockerfile')).toEqual(['spark.a=1', 'spark.b=2', 'spark.c=3']);
  });
  it('are text that is no shell: comments there are theirs', () => {
    const { comments, bodies } = read('# one\ncat > spark-defaults.conf <<EOF\n# two\nspark.a 1 # three\nEOF\n');
    expect(comments).toHaveLength(2);
    expect(bodies).toHaveLength(1);
  });
});

describe('what the command lines of clouds are given', () => {
  it.each([
    ['properties of a job', 'gcloud dataproc jobs submit pyspark a.py --cluster=c --properties=spark.a=1,other=2,spark.b=$B -- --properties=spark.c=1', ['spark.a=1', 'spark.b=?', 'spark.c=1']],
    ['parted by another sign', "gcloud beta dataproc batches submit spark --class a.B --properties '^#^spark.a=1,2#spark.b='", ['spark.a=1,2', 'spark.b=']],
    ['of a cluster, by file', 'gcloud dataproc clusters create c --properties "spark:spark.a=1,hdfs:dfs.replication=1,spark.b=2"', ['spark.a=1']],
    ['of something else', 'gcloud container clusters create c --properties spark.a=1\ngcloud dataproc clusters delete spark --properties spark.a=1', []],
    ['a step of EMR', 'aws emr add-steps --cluster-id x --steps Type=Spark,Name="my job",Args=[--master,yarn,--conf,spark.a=1,s3://b/a.py,--conf,spark.b=2] --region y', ['spark.master=yarn', 'spark.a=1']],
    ['a step that runs spark-submit', "aws emr add-steps --steps 'Type=CUSTOM_JAR,Jar=command-runner.jar,Args=[spark-submit,--conf,\"spark.a=1,2\",a.py]' Type=CUSTOM_JAR,Args=[hadoop,--conf,spark.b=1]", ['spark.a=1,2']],
    ['a job in JSON', 'ID=$(aws emr-containers start-job-run --job-driver \'{"sparkSubmitJobDriver": {"entryPoint": "s3://\'$B\'/a.py", "sparkSubmitParameters": "--conf spark.a=1 --conf spark.b=\'$B\'"}}\' --x y)\n', ['spark.a=1', 'spark.b=?']],
    ['settings in JSON', 'aws emr create-cluster --configurations \'[{"Classification": "spark-defaults", "Properties": {"spark.executor.cores": "4", "spark.b": "\'"$B"\'"}}]\'', ['spark.executor.cores=4', 'spark.b=?']],
    ['a manifest', 'kubectl apply -f - <<EOF\nkind: SparkApplication\nspec:\n  sparkConf:\n    spark.a: "$A"\n    "spark.b": "1"\nEOF\n', ['spark.a=?', 'spark.b=1']],
    ['a manifest that the shell leaves alone', "cat <<'EOF' > app.yaml\nkind: SparkApplication\nspec:\n  sparkConf:\n    spark.a: \"$A\"\nEOF\n", ['spark.a=$A']],
    ['steps in a file', 'cat > steps.json <<EOF\n[{"Type": "Spark", "Args": ["--conf", "spark.a=1", "a.py"]}]\nEOF\n', ['spark.a=1']],
    ['texts of others', "awk '{ print \"spark-defaults\" }' x\necho '{\"a\": 1}'", []],
  ])('%s', (_, text, found) => expect(entries(text)).toEqual(found));
  it('stands where it is written', () => {
    const text = "aws emr add-steps --steps 'Type=Spark,Args=[--conf,spark.a=1]'\nJOB='{\"sparkSubmitParameters\": \"--conf spark.b=2\"}'\ngcloud dataproc jobs submit spark --properties=spark.c=3";
    for (const { key, value, keyRange, valueRange } of read(text).sections.flatMap(({ entries: own }) => own)) expect(text.slice(keyRange.start, valueRange.end)).toBe(`${key}=${value}`);
  });
});
