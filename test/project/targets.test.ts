import { describe, expect, it } from 'vitest';
import { projectFiles } from '../../server/src/project/files.ts';
import { memoryHost } from '../../server/src/project/host.ts';
import { noSettings } from '../../server/src/project/settings.ts';
import { installedSpark } from '../../server/src/project/installed-spark.ts';
import { pinnedIn, pinsOf, targetsFor } from '../../server/src/project/targets.ts';
import { versionRange } from '../../server/src/project/versions.ts';
import { newestKnown } from '../../server/src/rule/targets.ts';

describe('version requirements', () => {
  it.each([
    ['3.5', '3.5', '3.5'], ['3.5-4.3', '3.5', '4.3'], ['3.3 - 3.5', '3.3', '3.5'], ['==3.5.1', '3.5.1', '3.5.1'], ['>=3.4', '3.4', '4.3'],
    ['>=3.3,<4', '3.3', '3.5'], ['>=3.3, <4.0.0', '3.3', '3.5'], ['>=3.3 <4', '3.3', '3.5'], ['~=3.4', '3.4', '3.5'], ['~=3.4.1', '3.4.1', '3.4'], ['^3.4', '3.4', '3.5'], ['^3.4.2', '3.4.2', '3.5'],
    ['~3.4', '3.4', '3.4'], ['3.5.*', '3.5', '3.5'], ['==3.*', '3.0', '3.5'], ['3', '3.0', '3.5'], ['<4', '3.3', '3.5'], ['<3.2', '3.1', '3.1'], ['<=3.5.3', '3.3', '3.5.3'],
    ['<3.5.2', '3.3', '3.5.1'], ['>3.3', '3.3', '4.3'], ['>=3.4,!=3.5.0', '3.4', '4.3'], ['3.5.0.dev1', '3.5.0', '3.5.0'], ['=3.5', '3.5', '3.5'], ['>=9', '9.0', '9.0'],
  ])('%s is %s to %s', (text, from, to) => expect(versionRange(text)).toEqual({ from, to }));
  it.each(['', '*', 'newest', '>=4,<3', '${spark.version}', '!=3.5'])('%j is none', (text) => expect(versionRange(text)).toBeUndefined());
});

describe('pins', () => {
  it.each([
    ['requirements.txt', 'pandas>=2\npyspark[sql]==3.5.1 ; python_version > "3.8"  # why\n', '==3.5.1'],
    ['requirements.txt', 'pyspark-stubs==3.0\n', undefined],
    ['requirements.txt', '# pyspark==3.5.1\n', undefined],
    ['pyproject.toml', '[project]\ndependencies = ["pyspark>=3.3,<4"]\n', '>=3.3,<4'],
    ['pyproject.toml', '[project.optional-dependencies]\nspark = ["pyspark ~= 3.4"]\n', '~= 3.4'],
    ['pyproject.toml', '[tool.poetry.dependencies]\npyspark = "^3.4"\n', '^3.4'],
    ['pyproject.toml', '[tool.poetry.group.dev.dependencies]\npyspark = { version = "3.5.1", optional = true }\n', '3.5.1'],
    ['pyproject.toml', '[tool.poetry.dependencies]\npyspark = {url = "https://wheels.example/pyspark-3.2.0-py2.py3-none-any.whl"}\n', '3.2.0'],
    ['pyproject.toml', '[tool.pdm.dev-dependencies]\ntest = ["pyspark==3.5.*"]\n', '==3.5.*'],
    ['pyproject.toml', 'pyspark = [broken', undefined],
    ['setup.py', 'setup(install_requires=["pandas", "pyspark>=3.0.0,<3.6"])', '>=3.0.0,<3.6'],
    ['setup.cfg', '[options]\ninstall_requires =\n    pandas\n    pyspark>=3.2\n', '>=3.2'],
    ['setup.cfg', '[options.extras_require]\ntest = pytest; pyspark==2.3.1\n', '==2.3.1'],
    ['setup.cfg', `[metadata]\ndescription = spark ${'a; '.repeat(200)}b\n[options]\ninstall_requires = pyspark>=3.2  # was 2.4\n`, '>=3.2'],
    ['Pipfile', '[packages]\npyspark = "==3.5.1"\n', '==3.5.1'],
    ['environment.yml', 'dependencies:\n  - python=3.11\n  - pyspark=3.5.1\n', '=3.5.1'],
    ['environment.yml', 'dependencies:\n  - pip:\n    - "pyspark>=3.4"\n', '>=3.4'],
    ['build.sbt', 'val sparkVersion = "3.5.1"\nlibraryDependencies += "org.apache.spark" %% "spark-sql" % sparkVersion % "provided"', '3.5.1'],
    ['build.sbt', 'libraryDependencies += "org.apache.spark" %% "spark-sql" % "3.4.0"', '3.4.0'],
    ['jobs.sbt', 'libraryDependencies += "org.apache.spark" %% "spark-sql" % "3.4.0"', '3.4.0'],
    ['pom.xml', '<properties><spark.version>3.5.1</spark.version></properties><dependency><groupId>org.apache.spark</groupId><artifactId>spark-core_2.12</artifactId><version>${spark.version}</version></dependency>', '3.5.1'],
    ['build.sbt', 'version := "0.1"\nlazy val sparkVersion: String = sys.props.getOrElse("spark.version", "3.3.2")\n"org.apache.spark" %% s"spark-$module" % sparkVersion % Provided', '3.3.2'],
    ['build.sbt', 'sparkVersion := "3.4.1"\nlibraryDependencies += sparkOrg %% "spark-core" % sparkVersion.value', '3.4.1'],
    ['build.sbt', 'sparkVersion := "2.1.1"\nsparkComponents ++= Seq("core", "sql")', '2.1.1'],
    ['build.sbt', 'lazy val job = project.settings(sparkVersion := Versions.spark)\nobject Versions { val spark = "3.2.1" }', '3.2.1'],
    ['build.sbt', 'object Spark { val version = "3.1.2" }\nval version = "7.0"\n"org.apache.spark" % "spark-sql_2.12" % Spark.version', '3.1.2'],
    ['build.sbt', '// "org.apache.spark" %% "spark-sql" % "2.4.0"\n"org.apache.spark" %% "spark-sql" % s"${V.spark}"\nobject V { val scala = "2.12.1"; val spark = "3.2.0" }', '3.2.0'],
    ['build.sbt', 'val sparkVersion = scalaVersion match { case x => x }\n"org.apache.spark" %% "spark-sql" % sparkVersion', undefined],
    ['build.sbt', '"com.github.mrpowers" %% "spark-daria" % "1.2.3"', undefined],
    ['build.sbt', 'lazy val spark2 = "2.4.8"\nval spark33: String = "3.3.2"\nval spark32 = "3.2.4"\ndef of(sparkVersion: String) = "org.apache.spark" %% "spark-sql" % sparkVersion', '2.4.8-3.3.2'],
    ['pom.xml', '<dependency><groupId>org.apache.spark</groupId><artifactId>spark-core_2.12</artifactId><scope>provided</scope><version>3.3.0</version></dependency>', '3.3.0'],
    ['pom.xml', '<properties><spark.version>3.2.4</spark.version></properties><!-- <spark.version>2.4.0</spark.version> -->', '3.2.4'],
    ['pom.xml', '<dependency><groupId>org.apache.spark</groupId><artifactId>spark-core_2.12</artifactId></dependency>', undefined],
    ['build.gradle', 'ext { sparkVersion = \'3.4.2\' }\nimplementation "org.apache.spark:spark-sql_2.12:${sparkVersion}"', '3.4.2'],
    ['build.gradle', "compileOnly group: 'org.apache.spark', name: 'spark-core_2.12', version: '3.1.1'", '3.1.1'],
    ['build.gradle.kts', 'val spark = "3.5.0"\nimplementation("org.apache.spark:spark-sql_2.13:$spark")', '3.5.0'],
    ['build.sc', 'def ivyDeps = Agg(ivy"org.apache.spark::spark-sql:3.5.3")', '3.5.3'],
    ['job.scala', '//> using dep "org.apache.spark::spark-sql:3.5.2"\nval x = "org.apache.spark::spark-sql:1.0.0"', '3.5.2'],
    ['job.scala', 'val x = "org.apache.spark::spark-sql:1.0.0"', undefined],
  ])('%s: %j', (name, text, expected) => expect(pinnedIn(name, text)).toBe(expected));

  const targets = (files: Record<string, string>, path: string, settings = noSettings) => targetsFor(projectFiles(memoryHost(files)), path, settings);
  it('counts the nearest folder', () => {
    expect(targets({ 'requirements.txt': 'pyspark==3.3.0', 'a/requirements.txt': 'pyspark==3.5.1' }, 'a/b/job.py')).toMatchObject({ from: '3.5.1', to: '3.5.1', origin: 'a/requirements.txt pins Spark ==3.5.1' });
  });
  it('is found where a build keeps its versions', () => {
    const dependency = '"org.apache.spark" %% "spark-sql" % ';
    expect(targets({ 'build.sbt': `libraryDependencies += ${dependency}Versions.spark`, 'project/Versions.scala': 'object Versions { val spark = "3.4.0" }' }, 'src/main/scala/Job.scala')).toMatchObject({ from: '3.4.0', origin: 'build.sbt pins Spark 3.4.0' });
    expect(targets({ 'build.sbt': 'libraryDependencies ++= Dependencies.spark', 'project/Dependencies.scala': `object Dependencies { val sparkVersion = "3.3.1"; val spark = Seq(${dependency}sparkVersion) }` }, 'core/src/main/scala/Job.scala')).toMatchObject({ from: '3.3.1', origin: 'project/Dependencies.scala pins Spark 3.3.1' });
    expect(targets({ 'build.gradle': 'implementation "org.apache.spark:spark-sql_2.12:$sparkVersion"', 'gradle.properties': 'sparkVersion=3.2.1\n' }, 'src/Job.scala')).toMatchObject({ from: '3.2.1' });
    expect(targets({ 'pom.xml': '<properties><spark.version>3.5.1</spark.version></properties>', 'core/pom.xml': '<dependency><groupId>org.apache.spark</groupId><artifactId>spark-core_2.12</artifactId><version>${spark.version}</version></dependency>' }, 'core/src/main/scala/Job.scala')).toMatchObject({ from: '3.5.1', origin: 'pom.xml pins Spark 3.5.1' });
    expect(targets({ 'a/job.sc': '//> using dep org.apache.spark::spark-sql:3.4.4\n', 'build.sbt': `${dependency}"3.0.0"` }, 'a/job.sc')).toMatchObject({ from: '3.4.4', origin: 'a/job.sc pins Spark 3.4.4' });
  });
  it('lets the settings win', () => {
    expect(targets({ 'requirements.txt': 'pyspark==3.3.0' }, 'job.py', { ...noSettings, spark: { from: '4.0', to: '4.1' }, sparkFrom: 'sparkcheck.toml', java: 17 })).toMatchObject({ from: '4.0', to: '4.1', java: 17, origin: 'sparkcheck.toml' });
  });
  it('is 3.3 to the newest where nobody says', () => {
    expect(targets({ 'job.py': '' }, 'job.py')).toMatchObject({ from: '3.3', to: '4.3', origin: 'default' });
  });
});

describe('code that nothing pins', () => {
  const targets = (contents: Record<string, string>) => {
    const files = projectFiles(memoryHost({ 'jobs/job.py': '', ...contents }));
    return targetsFor(files, 'jobs/job.py', noSettings, installedSpark(files, pinsOf(files)));
  };
  it('may run on the oldest Spark that the project speaks of', () => {
    expect(targets({ 'image/requirements.txt': 'pyspark==3.1.1' })).toMatchObject({ from: '3.1.1', to: newestKnown, likely: true, origin: 'image/requirements.txt speaks of Spark 3.1.1' });
    expect(targets({ 'infra/main.tf': 'glue_version = "2.0"', 'image/requirements.txt': 'pyspark==3.1.1' })).toMatchObject({ from: '2.4', to: newestKnown, likely: true });
    expect(targets({ 'image/requirements.txt': 'pyspark==3.1.1', 'jobs/requirements.txt': 'pyspark==3.5.1' })).toMatchObject({ from: '3.5.1', to: '3.5.1' });
    expect(targets({ 'jobs/job.py': 'from ConfigParser import SafeConfigParser\nprint "on"\n' })).toMatchObject({ from: '2.0', to: '3.0', likely: true, origin: 'jobs/job.py is written for Python 2' });
    expect(targets({ 'lib/old.py': 'print "on"\n' })).toMatchObject({ origin: 'default' });
    expect(targets({ 'jobs/job.py': 'try:\n    from urlparse import urljoin\nexcept ImportError:\n    from urllib.parse import urljoin\n' })).toMatchObject({ origin: 'default' });
    expect(targets({ 'jobs/job.py': 'print("a", "b")\n' })).toMatchObject({ origin: 'default' });
    expect(targets({ 'image/requirements.txt': 'pyspark==3.5.1' })).toMatchObject({ from: '3.3', to: newestKnown, origin: 'default' });
  });
});

describe('which Spark reads settings', () => {
  const targets = (contents: Record<string, string>, path: string) => {
    const files = projectFiles(memoryHost({ [path]: '', ...contents }));
    return targetsFor(files, path, noSettings, installedSpark(files, pinsOf(files)));
  };
  const conf = 'cluster/conf/spark-defaults.conf';

  it.each([
    ['docker/Dockerfile', 'FROM bitnami/spark:3.3', '3.3'],
    ['docker/Dockerfile', 'FROM apache/spark-py:v3.4.0', '3.4.0'],
    ['docker-compose.yml', 'image: "tabulario/spark-iceberg:3.5.5_1.8.1"', '3.5.5'],
    ['docker-compose.yml', 'image: spark:3.5.1-python3', '3.5.1'],
    ['Dockerfile', 'ENV SPARK_VERSION=3.2.1', '3.2.1'],
    ['Dockerfile', 'ENV SPARK_VERSION 3.2.1', '3.2.1'],
    ['run.sh', 'SPARK_VERSION=${SPARK_VERSION:-3.1.2}', '3.1.2'],
    ['get.sh', 'wget https://example.org/spark-1.4.1-bin-hadoop2.6.tgz', '1.4.1'],
    ['docker-compose.yml', 'image: acme/spark-etl:1.0.0', undefined],
    ['docker-compose.yml', 'image: acme/spark-operator:2.1.0', undefined],
    ['docker-compose.yml', '# image: bitnami/spark:3.3', undefined],
    ['Dockerfile', 'COPY spark-job-1.0.0.jar /', undefined],
  ])('%s: %s', (file, text, version) => {
    const found = targets({ [file]: text }, conf);
    expect(found).toMatchObject(version === undefined ? { origin: 'default' } : { from: version, to: version, origin: `${file} names Spark ${version}` });
  });
  it('is what the text names, then what is nearest', () => {
    const contents = { 'requirements.txt': 'pyspark==3.3.0', 'cluster/Dockerfile': 'FROM bitnami/spark:3.4' };
    expect(targets(contents, conf)).toMatchObject({ from: '3.4' });
    expect(targets({ ...contents, [conf]: 'spark.yarn.archive /opt/spark-2.4.5-bin-hadoop2.7/jars.zip' }, conf)).toMatchObject({ from: '2.4.5' });
    expect(targets(contents, 'job.py')).toMatchObject({ from: '3.3.0' });
  });
  it('is one of several, likely', () => {
    expect(targets({ 'a/Dockerfile': 'FROM bitnami/spark:3.3', 'b/Dockerfile': 'FROM bitnami/spark:3.5' }, conf)).toMatchObject({ from: '3.3', to: '3.5', likely: true });
    expect(targets({ 'a/Dockerfile': 'FROM bitnami/spark:2.4', 'b/Dockerfile': 'FROM bitnami/spark:3.1', 'README.md': 'Works with Spark 1.6, too.' }, conf)).toMatchObject({ from: '1.6', to: newestKnown, likely: true });
    expect(targets({ 'a/Dockerfile': 'FROM bitnami/spark:3.5.0', 'b/Dockerfile': 'FROM bitnami/spark:3.5.1' }, conf)).toMatchObject({ from: '3.5', to: '3.5' });
  });
  it('is likely where it is learned from elsewhere, or another is spoken of', () => {
    expect(targets({ 'app/requirements.txt': 'pyspark==2.4.4' }, conf)).toMatchObject({ from: '2.4.4', likely: true });
    expect(targets({ 'a/requirements.txt': 'pyspark==2.4.4', 'b/requirements.txt': 'pyspark==3.5.1' }, conf)).toMatchObject({ from: '2.4.4', to: '3.5.1', likely: true });
    expect(targets({ 'app/pom.xml': '<properties><spark.version>2.1.0.2.6.0.3-8</spark.version></properties>' }, conf)).toMatchObject({ from: '2.1.0', to: '2.1.0', likely: true });
    expect(targets({ [conf]: 'spark.jars /libs/connector_2.11-2.3.1.jar' }, conf)).toMatchObject({ from: '2.0', to: '2.4', likely: true });
    expect(targets({ [conf]: 'spark.jars /libs/csv_2.10-1.3.0.jar' }, conf)).toMatchObject({ from: '1.0', to: '2.2', likely: true });
    expect(targets({ [conf]: 'spark.yarn.jar hdfs:///apps/spark-assembly-1.5.2-hadoop2.6.0.jar' }, conf)).toMatchObject({ from: '1.0', to: '1.6', likely: true });
    expect(targets({ [conf]: 'spark.jars /opt/store-spark-assembly-0.1.jar' }, conf)).toMatchObject({ origin: 'default' });
    expect(targets({ [conf]: 'spark.driver.extraJavaOptions -Dhdp.version=2.6.3.0-235' }, conf)).toMatchObject({ from: '1.2', to: '2.3', likely: true });
    expect(targets({ [conf]: 'spark.driver.extraLibraryPath /usr/hdp/3.1.0.0-78/hadoop/lib/native' }, conf)).toMatchObject({ from: '2.3', to: '2.3', likely: true });
    expect(targets({ [conf]: 'spark.driver.extraLibraryPath /usr/hdp/current/hadoop/lib/native' }, conf)).toMatchObject({ origin: 'default' });
    expect(targets({ 'README.md': 'https://docs.cloudera.com/documentation/enterprise/5-4-x/topics/x.html' }, conf)).toMatchObject({ from: '1.3', to: '1.3', likely: true });
    const old = ['spark.master yarn', 'spark.scheduler.mode FAIR', 'spark.rdd.compress true', 'spark.executor.memory 4g', 'spark.history.fs.cleaner.enabled true', 'spark.localExecution.enabled true', 'spark.shuffle.consolidateFiles true'].join('\n');
    expect(targets({ 'conf/spark-defaults.conf': old }, 'conf/spark-env.sh')).toMatchObject({ from: '1.4', to: newestKnown, likely: true });
    expect(targets({ 'other/spark-defaults.conf': old }, 'conf/spark-env.sh')).toMatchObject({ origin: 'default' });
    expect(targets({ 'conf/spark-defaults.conf': `${old}\nspark.memory.fraction 0.6` }, 'conf/spark-env.sh')).toMatchObject({ origin: 'default' });
    expect(targets({ 'requirements.txt': 'pyspark==3.0.1', 'README.md': 'Get https://archive.example.org/spark-3.5.1/ first.' }, conf)).toMatchObject({ from: '3.0.1', likely: true });
    expect(targets({ 'local/docker-compose.yml': 'image: bitnami/spark:3.1.2' }, 'prod/spark-defaults.conf')).toMatchObject({ from: '3.1.2', likely: true });
    expect(targets({ 'docker-compose.yml': 'image: bitnami/spark:3.1.2' }, 'prod/spark-defaults.conf').likely).toBeFalsy();
    expect(targets({ 'requirements.txt': 'pyspark==3.0.1' }, conf).likely).toBeFalsy();
  });
  it('is likely the one that the file is called after, or a folder, where nothing nearer says it', () => {
    expect(targets({}, 'conf/spark-env-1.X.sh')).toMatchObject({ from: '1.0', to: '1.6', likely: true });
    expect(targets({}, 'conf/spark-defaults-3.5.conf')).toMatchObject({ from: '3.5', to: '3.5', likely: true });
    expect(targets({}, 'spark-2.4.8-bin-hadoop2.7/conf/spark-defaults.conf')).toMatchObject({ from: '2.4.8', to: '2.4.8', likely: true });
    expect(targets({ 'requirements.txt': 'pyspark==3.5.1' }, 'docker/spark2/spark-defaults.conf')).toMatchObject({ from: '2.0', to: '2.4', likely: true });
    expect(targets({ 'spark2/requirements.txt': 'pyspark==2.3.1' }, 'spark2/conf/spark-defaults.conf')).toMatchObject({ from: '2.3.1', to: '2.3.1' });
    for (const path of ['spark-1/spark-defaults.conf', 'spark1/spark-defaults.conf', 'spark-sql_2.12/spark-defaults.conf', 'spark-hadoop-3.3/spark-defaults.conf', 'spark-9.1/spark-defaults.conf', 'spark-streaming-2.4/spark-defaults.conf']) expect(targets({}, path)).toMatchObject({ origin: 'default' });
    expect(targets({}, 'spark-2.4/job.py')).toMatchObject({ origin: 'default' });
  });
  it('follows the version that the rest of a build names', () => {
    const files = projectFiles(memoryHost({ 'app/build.gradle': "implementation 'org.apache.spark:spark-sql_2.12:${sparkVersion}'\n", 'app/gradle.properties': 'sparkVersion="2.4.8"\n', 'ops/spark-defaults.conf': '' }));
    const installed = installedSpark(files, pinsOf(files));
    const found = (): string => targetsFor(files, 'ops/spark-defaults.conf', noSettings, installed).from;
    expect(found()).toBe('2.4.8');
    files.overlay('app/gradle.properties', 'sparkVersion="4.0.0"\n');
    expect(found()).toBe('4.0.0');
  });
  it('is likely what Ansible installs, in the role that the settings belong to', () => {
    const role = 'roles/spark/templates/spark-defaults.conf';
    const other = { 'roles/spark3/vars/main.yml': 'spark_version: 3.5.1' };
    for (const [file, text, version] of [
      ['roles/spark/defaults/main.yml', 'spark_version: "1.6.1-bin-without-hadoop"', '1.6.1'],
      ['roles/spark/vars/main.yml', 'spark_name: spark-1.6.1-bin-2.5.0-mr1-cdh5.3.1', '1.6.1'],
      ['roles/spark/tasks/main.yml', '- get_url: url=https://example.org/spark-2.1.0-bin-hadoop2.7.tgz dest=/tmp', '2.1.0'],
      ['roles/spark/tasks/main.yml', '- unarchive:\n    src: https://example.org/spark-2.1.0-bin-hadoop2.7.tgz', '2.1.0'],
    ] as const) expect(targets({ [file]: text, ...other }, role)).toMatchObject({ from: version, to: version, likely: true });
    expect(targets({ 'group_vars/all': 'spark_version: 2.0.2' }, conf)).toMatchObject({ from: '2.0.2', likely: true });
    expect(targets({ 'group_vars/all': 'spark_version: 13.3.x-scala2.12' }, conf)).toMatchObject({ origin: 'default' });
    expect(targets({ 'group_vars/all': 'spark_version: 4.3.x-scala2.11' }, conf)).toMatchObject({ origin: 'default' });
    expect(targets({ 'Dockerfile': 'FROM apache/spark:3.5.1', ...other }, conf)).toMatchObject({ from: '3.5.1' });
    expect(targets({ 'roles/spark/vars/main.yml': 'spark_version: 2.0.2', ...other }, conf)).toMatchObject({ from: '2.0.2', to: '4.3', likely: true });
  });
  it('is likely an old one that somebody speaks of, where nothing else is known', () => {
    expect(targets({ 'notebooks/a.ipynb': '{"kernelspec": {"display_name": "pySpark (Spark 1.4.1)"}}' }, conf)).toMatchObject({ from: '1.4.1', to: '1.4.1', likely: true });
    expect(targets({ 'cluster/configuration.yaml': 'spark_release_version: spark-2.3.1-bin-2.7.3' }, conf)).toMatchObject({ from: '2.3.1', to: '2.3.1', likely: true });
    expect(targets({ 'README.md': 'Made for emr-5.29.0; see also the notes on Spark 3.5.' }, conf)).toMatchObject({ from: '2.4', to: '4.3', likely: true });
    expect(targets({ 'README.md': 'Needs Spark 3.5.1.' }, conf)).toMatchObject({ origin: 'default' });
    expect(targets({ 'README.md': 'docker-spark 1.2.0, my-spark-job-2.0.0.jar' }, conf)).toMatchObject({ origin: 'default' });
  });
  it('is what the Dockerfile installs that copies the file', () => {
    const files = { 'conf/jupyter.dockerfile': 'ENV SPARK_VERSION=3.4.2', 'docker/spark.dockerfile': 'RUN curl https://example.org/spark-3.5.0/spark-3.5.0-bin-hadoop3.tgz\nCOPY --chown=1 ../conf/spark-defaults.conf $SPARK_HOME/conf/\n' };
    expect(targets(files, 'conf/spark-defaults.conf')).toMatchObject({ from: '3.5.0', to: '3.5.0' });
  });
  it('is likely what a release of a service or distribution brings', () => {
    expect(targets({ 'config/cluster.yml': 'releaseLabel: emr-5.24.0' }, conf)).toMatchObject({ from: '2.4', to: '2.4', likely: true });
    expect(targets({ 'main.tf': 'release_label = "emr-6.15.0"' }, conf)).toMatchObject({ from: '3.4', likely: true });
    expect(targets({ 'group_vars/all': "cdh_version: 'cdh5.12'" }, conf)).toMatchObject({ from: '1.6', to: '1.6', likely: true });
    expect(targets({ 'roles/common/tasks/main.yaml': 'get_url: url=https://archive.cloudera.com/cdh5/debian/cloudera.list' }, conf)).toMatchObject({ from: '1.6', to: '1.6', likely: true });
    expect(targets({ 'main.tf': 'release_label = "emr-5.24.0"', 'Dockerfile': 'FROM apache/spark:3.5.1' }, conf)).toMatchObject({ from: '3.5.1' });
    expect(targets({ 'a.tf': 'release_label = "emr-5.24.0"', 'b.tf': 'release_label = "emr-6.15.0"' }, conf)).toMatchObject({ from: '2.4', to: '4.3', likely: true });
    expect(targets({ 'main.tf': 'release_label = "emr-5.24.0"', 'requirements.txt': 'pyspark>=2.4' }, conf)).toMatchObject({ from: '2.4', to: '2.4', likely: true });
    expect(targets({ 'main.tf': 'release_label = "emr-5.24.0"', 'requirements.txt': 'pyspark>=3.4' }, conf)).toMatchObject({ from: '3.4', to: '4.3' });
    expect(targets({ 'main.tf': 'glue_version = "2.0"' }, conf)).toMatchObject({ from: '2.4', to: '2.4', likely: true });
    expect(targets({ 'stack.yml': "      GlueVersion: '4.0'" }, conf)).toMatchObject({ from: '3.3', to: '3.3', likely: true });
    expect(targets({ 'run.sh': 'aws glue create-job --name a --glue-version 3.0' }, conf)).toMatchObject({ from: '3.1', to: '3.1', likely: true });
    expect(targets({ 'main.tf': 'release_label = "emr-9.0.0"' }, conf)).toMatchObject({ origin: 'default' });
  });
  it('runs on the one Java that is installed', () => {
    expect(targets({ 'Dockerfile': 'FROM openjdk:8-jdk\nENV SPARK_VERSION=3.3.0' }, conf)).toMatchObject({ java: 8, javaLikely: true });
    expect(targets({ 'Dockerfile': 'FROM apache/spark:3.5.1', 'api/Dockerfile': 'FROM openjdk:17\nCOPY api.jar /' }, conf)).toMatchObject({ from: '3.5.1', java: undefined });
    expect(targets({ 'Dockerfile': 'FROM apache/spark:3.5.1-scala2.12-java17-ubuntu' }, conf)).toMatchObject({ from: '3.5.1', java: 17 });
    expect(targets({ 'a/Dockerfile': 'FROM eclipse-temurin:11\nENV SPARK_VERSION=3.3.0', 'b/Dockerfile': 'ENV SPARK_VERSION=3.3.0\nRUN apt-get install openjdk-17-jre' }, conf).java).toBeUndefined();
  });
});
