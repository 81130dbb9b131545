// The same words wherever a shared wallet may be named in the place of a user.

export const WALLET_ID =
  'Of a shared wallet, wal_…, in the place of `userId`. Who does not belong to it is told NOT_FOUND, as of one that is not there.';
