import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { CreateEndpointDocument } from '../../gql/graphql';
import { Confirm, useAct } from '../parts/act';

export function NewEndpoint({ made }: { readonly made: (secret: string | null | undefined) => void }) {
  const act = useAct();
  const [url, setUrl] = useState('');
  const [events, setEvents] = useState('intent.*, credits.*');
  const [description, setDescription] = useState('');
  const create = async () => {
    const patterns = events
      .split(',')
      .map((item) => item.trim())
      .filter(Boolean);
    const input = { url, events: patterns, enabled: true, description: description || null };
    made((await act(CreateEndpointDocument, { input })).secret);
    setUrl('');
  };
  return (
    <Confirm
      sends={CreateEndpointDocument}
      button="Add endpoint"
      title="Add an endpoint"
      confirm="Add"
      act={create}
    >
      <TextInput
        label="Address"
        placeholder="https://your-back-end.example/credits"
        value={url}
        onChange={(event) => setUrl(event.currentTarget.value)}
      />
      <TextInput
        label="Events"
        description="Patterns, separated by commas."
        value={events}
        onChange={(event) => setEvents(event.currentTarget.value)}
      />
      <TextInput
        label="What it is for"
        value={description}
        onChange={(event) => setDescription(event.currentTarget.value)}
      />
    </Confirm>
  );
}
