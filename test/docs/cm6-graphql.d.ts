// The package has types for bundlers and none for Node's resolution, by which the tests are checked.
declare module 'cm6-graphql' {
  export const graphqlLanguage: import('@codemirror/language').LRLanguage;
}
