// The schema as the caller may see it.
import {
  buildClientSchema,
  type GraphQLSchema,
  getIntrospectionQuery,
  type IntrospectionQuery,
} from 'graphql';
import { useCallback, useEffect, useState } from 'react';
import type { Ask } from './at-hand';

export interface Known {
  /** Null until it is there, and where the caller may not see it. */
  readonly schema: GraphQLSchema | null;
  readonly trouble: string | null;
  reload(): void;
}

const QUERY = getIntrospectionQuery({ inputValueDeprecation: true });

export function useSchema(ask: Ask): Known {
  const [schema, setSchema] = useState<GraphQLSchema | null>(null);
  const [trouble, setTrouble] = useState<string | null>(null);
  const load = useCallback(
    (isCurrent: () => boolean = () => true) => {
      setTrouble(null);
      ask(QUERY).then(
        (data) => {
          if (!isCurrent()) return;
          setSchema(data && buildClientSchema(data as unknown as IntrospectionQuery));
          if (!data) setTrouble('The gateway shows its schema to nobody with this identity.');
        },
        () => {
          if (isCurrent()) setTrouble('The gateway could not be reached.');
        },
      );
    },
    [ask],
  );
  useEffect(() => {
    let isCurrent = true;
    load(() => isCurrent);
    return () => {
      isCurrent = false;
    };
  }, [load]);
  return { schema, trouble, reload: () => load() };
}
