import {
  type GraphQLNamedType,
  type GraphQLSchema,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
} from 'graphql';
import { useState } from 'react';
import { useSession } from '../session';
import type { Panel } from './panel';
import { docs, type Place } from './places';
import { TypeLink, TypePage } from './type-page';

// More are not read, and a longer word finds fewer.
const FOUND_MAX = 40;

function Docs() {
  const { schema, trouble } = useSession();
  const way = docs.use();
  const [word, setWord] = useState('');
  const place = way.at(-1);
  const type = place && schema?.getType(place.type);
  if (!schema)
    return (
      <div className="panel">
        <h2>Docs</h2>
        <p role="status">{trouble ?? 'Reading the schema…'}</p>
      </div>
    );
  return (
    <div className="panel">
      <h2>Docs</h2>
      <input
        type="search"
        aria-label="Search the schema"
        placeholder="Search types and fields"
        value={word}
        onChange={(event) => setWord(event.target.value)}
      />
      {word.trim() !== '' ? (
        <Found schema={schema} word={word.trim()} onChosen={() => setWord('')} />
      ) : type ? (
        <>
          <nav aria-label="Docs">
            <button type="button" onClick={docs.start}>
              Schema
            </button>
            <button type="button" onClick={docs.back}>
              Back
            </button>
          </nav>
          <TypePage schema={schema} type={type} field={place.field} />
        </>
      ) : (
        <Roots schema={schema} />
      )}
    </div>
  );
}

function Roots({ schema }: { readonly schema: GraphQLSchema }) {
  const roots = {
    query: schema.getQueryType(),
    mutation: schema.getMutationType(),
    subscription: schema.getSubscriptionType(),
  };
  const all = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'));
  return (
    <>
      <h3>Root types</h3>
      <ul className="docs">
        {Object.entries(roots).map(
          ([kind, type]) =>
            type && (
              <li key={kind}>
                {kind}: <TypeLink type={type} />
              </li>
            ),
        )}
      </ul>
      <h3>All types</h3>
      <ul className="docs">
        {all
          .sort((a, b) => a.name.localeCompare(b.name))
          .map((type) => (
            <li key={type.name}>
              <TypeLink type={type} />
            </li>
          ))}
      </ul>
    </>
  );
}

const fieldsOf = (type: GraphQLNamedType) =>
  isObjectType(type) || isInterfaceType(type) || isInputObjectType(type) ? Object.keys(type.getFields()) : [];

/** Types and fields whose name has the word, those that begin with it first. */
function search(schema: GraphQLSchema, word: string): readonly Place[] {
  const small = word.toLowerCase();
  const rank = (name: string) => name.toLowerCase().indexOf(small);
  return Object.values(schema.getTypeMap())
    .filter(({ name }) => !name.startsWith('__'))
    .flatMap((type) => [
      { type: type.name, field: null, at: rank(type.name) },
      ...fieldsOf(type).map((field) => ({ type: type.name, field, at: rank(field) })),
    ])
    .filter(({ at }) => at >= 0)
    .sort(
      (a, b) => Number(a.at > 0) - Number(b.at > 0) || Number(a.field !== null) - Number(b.field !== null),
    );
}

function Found({ schema, word, onChosen }: { schema: GraphQLSchema; word: string; onChosen: () => void }) {
  const found = search(schema, word);
  return (
    <>
      <p role="status">
        {found.length === 0 ? 'Nothing is called so.' : `${found.length} found`}
        {found.length > FOUND_MAX && `, the first ${FOUND_MAX} are shown`}
      </p>
      <ul className="docs">
        {found.slice(0, FOUND_MAX).map(({ type, field }) => (
          <li key={`${type}.${field}`}>
            <button
              type="button"
              className="link"
              onClick={() => {
                docs.go(type, field);
                onChosen();
              }}
            >
              {field ? `${type}.${field}` : type}
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}

export const docsPanel: Panel = {
  title: 'Docs',
  icon: 'M5 4h11a3 3 0 0 1 3 3v13H8a3 3 0 0 1-3-3zM5 17a3 3 0 0 1 3-3h11',
  Content: Docs,
};
