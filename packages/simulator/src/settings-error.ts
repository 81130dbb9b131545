/** Told to the person who started the program. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}
