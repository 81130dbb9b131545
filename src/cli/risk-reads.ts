// npm run cli -- risk lists, risk rules, risk decisions: what there is, without a browser.
import { listRiskRules } from '../risk/find-risk-rules';
import type { RiskList } from '../risk/list-entry.entity';
import { newestDecisions, newestListEntries } from '../risk/newest';
import { table } from './backtest-text';
import { type Command, UsageError } from './command';
import { withDatabase } from './database';
import { given, rowsIn } from './given';

export const LISTS_HELP = `Usage: npm run cli -- risk lists [--list block|allow] [--rows 50] [--json]`;
export const RULES_HELP = `Usage: npm run cli -- risk rules [--json]`;
export const DECISIONS_HELP = `Usage: npm run cli -- risk decisions [--user ada] [--decision allow|challenge|review|block] [--rows 50] [--json]`;

export const riskLists: Command = async (args, config) => {
  const { list, rows, json } = given(args, ['list', 'rows'], ['json'], LISTS_HELP);
  if (list !== undefined && list !== 'block' && list !== 'allow') throw new UsageError(LISTS_HELP);
  const max = rowsIn(rows, LISTS_HELP);
  const found = await withDatabase(config, (pool) =>
    newestListEntries({ pool }, (list as RiskList) ?? null, max),
  );
  if (json) return JSON.stringify(found, null, 2);
  return table(
    ['Entry', 'list', 'kind', 'value', 'until', 'by', 'reason'],
    found.map((entry) => [
      ...[
        entry.id,
        entry.list,
        entry.kind,
        oneLine(entry.value),
        entry.expiresAt?.toISOString() ?? 'removed by hand',
      ],
      ...[oneLine(entry.createdBy), oneLine(entry.reason)],
    ]),
  ).join('\n');
};

export const riskRules: Command = async (args, config) => {
  const { json } = given(args, [], ['json'], RULES_HELP);
  const found = await withDatabase(config, (pool) => listRiskRules({ pool }));
  if (json) return JSON.stringify(found, null, 2);
  return table(
    ['Version', 'state', 'rules', 'proposed by', 'made active by', 'at', 'note'],
    found.map((rules) => [
      ...[String(rules.version), rules.state, rules.document.rules.length, oneLine(rules.proposedBy)],
      ...[oneLine(rules.approvedBy ?? '–'), rules.createdAt.toISOString(), oneLine(rules.note ?? '')],
    ]),
  ).join('\n');
};

export const riskDecisions: Command = async (args, config) => {
  const { user, decision, rows, json } = given(args, ['user', 'decision', 'rows'], ['json'], DECISIONS_HELP);
  if (decision !== undefined && !['allow', 'challenge', 'review', 'block'].includes(decision))
    throw new UsageError(DECISIONS_HELP);
  const max = rowsIn(rows, DECISIONS_HELP);
  const found = await withDatabase(config, (pool) =>
    newestDecisions(
      { pool },
      {
        max,
        ...(user === undefined ? {} : { userId: user }),
        ...(decision === undefined ? {} : { decision }),
      },
    ),
  );
  if (json) return JSON.stringify(found, null, 2);
  return table(
    ['Decision', 'at', 'user', 'stage', 'score', 'decided', 'told', 'rules'],
    found.map((row) => [
      ...[row.id, row.at.toISOString(), oneLine(row.userId), row.stage, row.score, row.decision, row.told],
      row.fired.map(({ code, weight }) => `${code} +${weight}`).join(', '),
    ]),
  ).join('\n');
};

/** What people wrote moves no cursor and breaks no row. */
const oneLine = (text: string): string => text.replace(/\p{C}+/gu, ' ');
