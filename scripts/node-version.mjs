// On an older Node the first library that is loaded fails in words of its own, about a file that nobody knows.

/**
 * What to say of a Node that cannot run this; null: it can.
 * @param version e.g. 18.20.4. `require` of an ES module is needed, which Node 20 has since 20.19 and Node 22 since 22.12.
 */
export function refusalOf(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isEnough = major === 20 ? minor >= 19 : major === 22 ? minor >= 12 : major > 22;
  return isEnough ? null : `Node 20.19 or newer is needed (of 22: 22.12), and this is ${version}.`;
}
