// deploy/kubernetes, held to the schemas of Kubernetes: values by what they validate, and names of fields by TypeScript, because the
// schemas let pass what they do not know. Then what no schema says: settings are ours, and what selects pods finds some.
//   npm run check:manifests
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseEnv } from 'node:util';
import { parseAllDocuments } from 'yaml';
import { root } from './fingerprint.mjs';
import { installed } from './installed.mjs';

const TOOLS = path.join(root, 'tools/kubernetes');
installed('tools/kubernetes');

/** The module that has a kind: `apps/v1`, and `v1` for what is older than groups. */
const moduleOf = ({ apiVersion }) => `kubernetes-models/${apiVersion}`;

/** Each object with the file that has it. @throws what YAML says */
function readManifests(folder) {
  const names = fs.readdirSync(folder).filter((name) => name.endsWith('.yaml'));
  return names.flatMap((file) =>
    parseAllDocuments(fs.readFileSync(path.join(folder, file), 'utf8')).map((document) => {
      if (document.errors[0]) throw new Error(`${file}: ${document.errors[0].message}`);
      return { file, object: document.toJS() };
    }),
  );
}

/** @throws what the schema says against a value */
async function validate({ file, object }) {
  const module = path.join(TOOLS, 'node_modules', moduleOf(object), 'index.js');
  const Kind = (await import(pathToFileURL(module)))[object.kind];
  assert.ok(Kind, `${file}: ${object.apiVersion} has no ${object.kind}`);
  try {
    new Kind(object).validate();
  } catch (error) {
    throw new Error(`${file}, ${object.kind} ${object.metadata?.name}: ${error.message}`);
  }
}

/** @throws the fields that no kind has */
function checkFields(manifests) {
  const source = manifests.map(
    ({ object }, nth) =>
      `import type { I${object.kind} as Kind${nth} } from '${moduleOf(object)}';\nexport const object${nth}: Kind${nth} = ${JSON.stringify(object)};\n`,
  );
  const file = path.join(TOOLS, 'node_modules', 'manifests.ts');
  fs.writeFileSync(file, source.join(''));
  const options = [
    '--ignoreConfig',
    '--noEmit',
    '--strict',
    '--skipLibCheck',
    '--module',
    'nodenext',
    '--target',
    'es2022',
    '--types',
    '',
  ];
  const { status, stdout } = spawnSync(path.join(root, 'node_modules/.bin/tsc'), [...options, file], {
    cwd: TOOLS,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stdout.slice(0, 4_000));
}

const labelsFit = (selector, labels) =>
  Object.entries(selector).every(([name, value]) => labels[name] === value);

/** @throws what would be applied and not work */
function checkTogether(manifests) {
  const objects = manifests.map(({ object }) => object);
  const of = (kind) => objects.filter((object) => object.kind === kind);
  const ours = Object.keys(parseEnv(fs.readFileSync(path.join(root, '.env.example'), 'utf8')));
  const settings = of('ConfigMap').flatMap(({ data }) => Object.keys(data));
  const named = of('Deployment').flatMap(({ spec }) =>
    spec.template.spec.containers.flatMap(({ env }) => env),
  );
  for (const name of [...settings, ...named.map((one) => one.name)])
    assert.ok(ours.includes(name), `${name} is no setting of .env.example`);
  const pods = of('Deployment').map(({ spec }) => spec.template);
  for (const { spec, metadata } of of('Deployment')) {
    assert.ok(
      labelsFit(spec.selector.matchLabels, spec.template.metadata.labels),
      `${metadata.name} selects others`,
    );
    const [container] = spec.template.spec.containers;
    const ports = container.ports.map(({ name }) => name);
    for (const probe of ['startupProbe', 'readinessProbe', 'livenessProbe'])
      assert.ok(
        ports.includes(container[probe]?.httpGet.port),
        `${metadata.name} has no ${probe} on a port of its own`,
      );
  }
  const selecting = [
    ...of('Service').map(({ metadata, spec }) => [metadata.name, spec.selector]),
    ...of('PodDisruptionBudget').map(({ metadata, spec }) => [metadata.name, spec.selector.matchLabels]),
  ];
  for (const [name, selector] of selecting)
    assert.equal(
      pods.filter(({ metadata }) => labelsFit(selector, metadata.labels)).length,
      1,
      `${name} selects`,
    );
  const version = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8')).version;
  for (const { spec } of pods)
    assert.equal(spec.containers[0].image, `credits-gateway:${version}`, 'the version of the image');
}

/** What is wrong on purpose, so that the check is one. */
async function refuseWrong(manifests) {
  const [{ file, object }] = manifests.filter(({ object: { kind } }) => kind === 'Deployment');
  const changed = (change) => {
    const copy = structuredClone(object);
    change(copy.spec);
    return { file, object: copy };
  };
  await assert.rejects(
    () =>
      validate(
        changed((spec) => {
          spec.replicas = 'two';
        }),
      ),
    /replicas must be integer/,
  );
  assert.throws(
    () =>
      checkFields([
        changed((spec) => {
          spec.template.spec.containers[0].livenesProbe = {};
        }),
      ]),
    /livenesProbe/,
  );
}

const manifests = readManifests(path.join(root, 'deploy/kubernetes'));
await Promise.all(manifests.map(validate));
checkFields(manifests);
checkTogether(manifests);
await refuseWrong(manifests);
process.stdout.write(`${manifests.length} objects of deploy/kubernetes hold to the schemas of Kubernetes\n`);
