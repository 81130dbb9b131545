import { Select } from '@mantine/core';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { BeginExportDocument, type ExportFormat, type ExportSelection } from '../../gql/finance/graphql';
import { Confirm, useAct } from '../parts/act';
import { useSession } from '../session';

/** Exports exactly what the list shows. Support reads lists and takes none away. */
export function Export({ select }: { readonly select: ExportSelection }) {
  const act = useAct();
  const [, navigate] = useLocation();
  const [format, setFormat] = useState<string | null>('csv');
  const { allows } = useSession();
  const begin = async () => {
    await act(BeginExportDocument, { input: { select, format: (format ?? 'csv') as ExportFormat } });
    navigate('/exports');
  };
  if (!allows('finance')) return null;
  return (
    <Confirm button="Export" title="Export this list?" confirm="Export" act={begin}>
      <p>Every row that fits the filter, made in the background.</p>
      <Select
        label="Format"
        data={['csv', 'jsonl']}
        value={format}
        onChange={setFormat}
        allowDeselect={false}
      />
    </Confirm>
  );
}
