// One stream for the whole console. What it brings lands in the cache, so that rows change where they stand; screens also
// hear that something new is there.
import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef, useState } from 'react';
import { useClient } from 'urql';
import { ConsoleFeedDocument, type ConsoleFeedSubscription } from '../gql/graphql';

type FeedEvent = ConsoleFeedSubscription['adminFeed'];
type Listener = (event: FeedEvent) => void;

const FeedContext = createContext<(listener: Listener) => () => void>(() => () => {});

/** @param begin called once the stream is there: from then on nothing is missed. */
export function FeedProvider({
  children,
  begin,
}: {
  readonly children: ReactNode;
  readonly begin: () => void;
}) {
  const client = useClient();
  const listeners = useRef(new Set<Listener>());
  useEffect(() => {
    const { unsubscribe } = client.subscription(ConsoleFeedDocument, {}).subscribe(({ data }) => {
      if (!data) return;
      if (data.adminFeed.kind !== 'change') begin();
      // Also the beginning: what was read before it may be old already.
      for (const listener of listeners.current) listener(data.adminFeed);
    });
    return unsubscribe;
  }, [client, begin]);
  const listen = useMemo(
    () => (listener: Listener) => {
      listeners.current.add(listener);
      return () => {
        listeners.current.delete(listener);
      };
    },
    [],
  );
  return <FeedContext value={listen}>{children}</FeedContext>;
}

/** Calls back for every event of the feed while the component is there. */
export function useFeed(listener: Listener): void {
  const listen = useContext(FeedContext);
  const latest = useRef(listener);
  latest.current = listener;
  useEffect(() => listen((event) => latest.current(event)), [listen]);
}

/** Ids of things that came after the list was read, of one topic. */
export function useNews(
  topic: FeedEvent['topic'],
  isListed: (id: string) => boolean,
): { count: number; clear(): void } {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  useFeed((event) => {
    const id = event.kind === 'change' ? event.subject?.id : null;
    if (event.topic === topic && id && !isListed(id)) setIds((now) => new Set([...now, id]));
  });
  return { count: [...ids].filter((id) => !isListed(id)).length, clear: () => setIds(new Set()) };
}
