// The steps of a Dockerfile as data. What is not known here fails: a step that is not replayed would not be tested.
import fs from 'node:fs';
import { DockerfileParser } from 'dockerfile-ast';

const words = (instruction) => instruction.getArguments().map((argument) => argument.getValue());
const json = (instruction) => {
  const text = instruction.getRawArgumentsContent();
  if (!text.startsWith('['))
    throw new Error(`${instruction.getKeyword()}: write it as a JSON array, got: ${text}`);
  return JSON.parse(text);
};

const READ = {
  WORKDIR: (step) => ({ folder: words(step)[0] }),
  COPY: (step) => {
    const flags = step.getFlags().map((flag) => [flag.getName(), flag.getValue()]);
    const unknown = flags.find(([name]) => name !== 'from');
    if (unknown) throw new Error(`COPY --${unknown[0]}: unknown`);
    const all = words(step);
    return { from: Object.fromEntries(flags)['from'] ?? null, sources: all.slice(0, -1), target: all.at(-1) };
  },
  RUN: (step) => ({ command: step.getRawArgumentsContent() }),
  ENV: (step) => ({
    values: Object.fromEntries(
      step.getProperties().map((property) => [property.getName(), property.getValue()]),
    ),
  }),
  LABEL: (step) => ({ names: step.getProperties().map((property) => property.getName()) }),
  USER: (step) => ({ user: words(step)[0] }),
  VOLUME: (step) => ({ folders: json(step) }),
  EXPOSE: (step) => ({ ports: words(step).map(Number) }),
  HEALTHCHECK: (step) => ({ command: JSON.parse(step.getRawArgumentsContent().replace(/^.*?CMD\s+/, '')) }),
  CMD: (step) => ({ command: json(step) }),
};

/** The stages in order: `[{ name, image, steps: [{ keyword, line, ...what it says }] }]`. */
export function stagesOf(file) {
  const stages = [];
  for (const step of DockerfileParser.parse(fs.readFileSync(file, 'utf8')).getInstructions()) {
    const keyword = step.getKeyword();
    const line = step.getRange().start.line + 1;
    if (keyword === 'FROM')
      stages.push({ name: step.getBuildStage() ?? String(stages.length), image: step.getImage(), steps: [] });
    else if (!READ[keyword])
      throw new Error(`${file}:${line}: ${keyword} is not an instruction that is replayed`);
    else stages.at(-1).steps.push({ keyword, line, ...READ[keyword](step) });
  }
  return stages;
}

/** What the last stage says of a container: environment, user, folder, command and so on. */
export function containerOf({ steps }) {
  const all = (keyword) => steps.filter((step) => step.keyword === keyword);
  return {
    env: Object.assign({}, ...all('ENV').map(({ values }) => values)),
    user: all('USER').at(-1)?.user ?? 'root',
    folder: all('WORKDIR').at(-1)?.folder ?? '/',
    command: all('CMD').at(-1)?.command,
    healthcheck: all('HEALTHCHECK').at(-1)?.command,
    volumes: all('VOLUME').flatMap(({ folders }) => folders),
    ports: all('EXPOSE').flatMap(({ ports }) => ports),
  };
}
