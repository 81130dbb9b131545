import { type Config, configFrom } from '../kernel/config';
import { DESCRIPTORS } from './descriptors';

/**
 * Reads the configuration, with what each provider adds to it.
 * @param environment usually process.env; an empty value counts as not set.
 * @throws ConfigError naming every variable that is wrong.
 */
export const readConfig = (environment: Readonly<Record<string, string | undefined>>): Config =>
  configFrom(
    environment,
    Object.values(DESCRIPTORS).map(({ keys }) => keys),
  );
