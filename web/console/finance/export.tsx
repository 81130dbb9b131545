import { Select } from '@mantine/core';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { BeginExportDocument, type ExportFormat, type ExportSelection } from '../../gql/finance/graphql';
import { Confirm, useAct } from '../parts/act';

const FORMATS = [
  { value: 'csv', label: 'CSV' },
  { value: 'spreadsheet', label: 'CSV for a spreadsheet' },
  { value: 'journal', label: 'Journal for accounting software' },
  { value: 'jsonl', label: 'JSON lines' },
];

/** Exports exactly what the list shows. */
export function Export({ select }: { readonly select: ExportSelection }) {
  const act = useAct();
  const [, navigate] = useLocation();
  const [format, setFormat] = useState<string | null>('csv');
  const begin = async () => {
    await act(BeginExportDocument, { input: { select, format: (format ?? 'csv') as ExportFormat } });
    navigate('/exports');
  };
  return (
    <Confirm
      sends={BeginExportDocument}
      button="Export"
      title="Export this list?"
      confirm="Export"
      act={begin}
    >
      <p>Every row that fits the filter, made in the background.</p>
      <Select
        label="Format"
        data={FORMATS.filter(({ value }) => value !== 'journal' || 'ledger' in select)}
        value={format}
        onChange={setFormat}
        allowDeselect={false}
      />
    </Confirm>
  );
}
