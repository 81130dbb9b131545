// Every screen: one line here, one file beside. A screen's code is loaded when it is opened.
import { type ComponentType, lazy } from 'react';
import { reloadOnce } from './parts/boundary';

export interface Screen {
  readonly path: string;
  /** Left out: it is reached from another screen, not from the menu. */
  readonly title?: string;
  readonly group?: 'Payments' | 'Risk' | 'Integration' | 'Finance' | 'Settings';
  /** The field that it shows. The menu has what the caller's role may read. */
  readonly reads: string;
  readonly component: ComponentType<{ readonly params: Readonly<Record<string, string | undefined>> }>;
}

type Loaded = Screen['component'] & { begin(): Promise<unknown> };

const screen = (load: () => Promise<{ Screen: Screen['component'] }>): Loaded => {
  const loading = async () => {
    const loaded = await load().catch((error) => {
      // Until the new page is there, the old one waits.
      if (reloadOnce()) return new Promise<never>(() => {});
      throw error;
    });
    return { default: loaded.Screen };
  };
  let begun: ReturnType<typeof loading> | undefined;
  const begin = () => {
    begun ??= loading();
    return begun;
  };
  return Object.assign(lazy(begin) as Screen['component'], { begin });
};

export const SCREENS: readonly (Screen & { readonly component: Loaded })[] = [
  { path: '/', title: 'Overview', reads: 'Query.intents', component: screen(() => import('./overview')) },
  {
    path: '/payments',
    title: 'Payments',
    group: 'Payments',
    reads: 'Query.intents',
    component: screen(() => import('./payments/list')),
  },
  { path: '/payments/:id', reads: 'Query.intent', component: screen(() => import('./payments/detail')) },
  {
    path: '/refunds',
    title: 'Refunds',
    group: 'Payments',
    reads: 'Admin.refunds',
    component: screen(() => import('./refunds/list')),
  },
  {
    path: '/users',
    title: 'Users',
    group: 'Payments',
    reads: 'Admin.wallets',
    component: screen(() => import('./users/find')),
  },
  { path: '/users/:id', reads: 'Query.balance', component: screen(() => import('./users/detail')) },
  { path: '/wallets/:id', reads: 'Query.wallet', component: screen(() => import('./wallets/detail')) },
  {
    path: '/webhooks',
    title: 'Webhook events',
    group: 'Integration',
    reads: 'Admin.webhookEvents',
    component: screen(() => import('./webhooks/list')),
  },
  { path: '/webhooks/:id', reads: 'Query.node', component: screen(() => import('./webhooks/detail')) },
  {
    path: '/deliveries',
    title: 'Deliveries',
    group: 'Integration',
    reads: 'Admin.deliveries',
    component: screen(() => import('./deliveries/list')),
  },
  {
    path: '/endpoints',
    title: 'Endpoints',
    group: 'Integration',
    reads: 'Admin.webhookEndpoints',
    component: screen(() => import('./deliveries/endpoints')),
  },
  {
    path: '/ledger',
    title: 'Ledger',
    group: 'Finance',
    reads: 'Admin.ledger',
    component: screen(() => import('./ledger/entries')),
  },
  {
    path: '/accounts',
    title: 'Accounts',
    group: 'Finance',
    reads: 'Admin.accounts',
    component: screen(() => import('./ledger/accounts')),
  },
  {
    path: '/usage',
    title: 'Usage',
    group: 'Finance',
    reads: 'Admin.usage',
    component: screen(() => import('./usage')),
  },
  {
    path: '/packages',
    title: 'Packages',
    group: 'Settings',
    reads: 'Query.packages',
    component: screen(() => import('./packages')),
  },
  {
    path: '/campaigns',
    title: 'Campaigns',
    group: 'Settings',
    reads: 'Admin.campaigns',
    component: screen(() => import('./grants/campaigns')),
  },
  { path: '/campaigns/:id', reads: 'Admin.campaigns', component: screen(() => import('./grants/campaign')) },
  {
    path: '/promo-codes',
    title: 'Promo codes',
    group: 'Settings',
    reads: 'Admin.promoCodes',
    component: screen(() => import('./grants/codes')),
  },
  {
    path: '/keys',
    title: 'API keys',
    group: 'Settings',
    reads: 'Admin.apiKeys',
    component: screen(() => import('./keys')),
  },
  {
    path: '/audit',
    title: 'Audit log',
    group: 'Settings',
    reads: 'Admin.auditLog',
    component: screen(() => import('./audit')),
  },
  {
    path: '/disputes',
    title: 'Disputes',
    group: 'Payments',
    reads: 'Admin.disputes',
    component: screen(() => import('./disputes/list')),
  },
  { path: '/disputes/:id', reads: 'Admin.disputes', component: screen(() => import('./disputes/detail')) },
  {
    path: '/reviews',
    title: 'Reviews',
    group: 'Risk',
    reads: 'Admin.riskReviews',
    component: screen(() => import('./risk/reviews')),
  },
  { path: '/reviews/:id', reads: 'Admin.riskReviews', component: screen(() => import('./risk/review')) },
  {
    path: '/block-and-allow',
    title: 'Block and allow',
    group: 'Risk',
    reads: 'Admin.blocklist',
    component: screen(() => import('./risk/lists')),
  },
  {
    path: '/decisions',
    title: 'Decisions',
    group: 'Risk',
    reads: 'Admin.riskDecisions',
    component: screen(() => import('./risk/decisions')),
  },
  {
    path: '/decisions/:id',
    reads: 'Admin.riskDecisions',
    component: screen(() => import('./risk/decision')),
  },
  {
    path: '/attacks',
    title: 'Attacks',
    group: 'Risk',
    reads: 'Admin.riskAttacks',
    component: screen(() => import('./risk/attacks')),
  },
  {
    path: '/rules',
    title: 'Rules',
    group: 'Risk',
    reads: 'Admin.riskRules',
    component: screen(() => import('./risk/rules')),
  },
  {
    path: '/backtest',
    title: 'Backtest',
    group: 'Risk',
    reads: 'Admin.riskBacktest',
    component: screen(() => import('./risk/backtest')),
  },
  {
    path: '/month-end',
    title: 'Month end',
    group: 'Finance',
    reads: 'Admin.monthEnd',
    component: screen(() => import('./finance/month-end')),
  },
  {
    path: '/approvals',
    title: 'Approvals',
    group: 'Finance',
    reads: 'Admin.approvals',
    component: screen(() => import('./finance/approvals')),
  },
  {
    path: '/exports',
    title: 'Exports',
    group: 'Finance',
    reads: 'Admin.exports',
    component: screen(() => import('./finance/exports')),
  },
  {
    path: '/reconciliation',
    title: 'Reconciliation',
    group: 'Finance',
    reads: 'Admin.reconciliationRuns',
    component: screen(() => import('./reconciliation/runs')),
  },
  {
    path: '/reconciliation/:id',
    reads: 'Admin.reconciliationRun',
    component: screen(() => import('./reconciliation/run')),
  },
  { path: '/breaks', reads: 'Admin.breaks', component: screen(() => import('./reconciliation/breaks')) },
  {
    path: '/health',
    title: 'Health',
    group: 'Settings',
    reads: 'Admin.health',
    component: screen(() => import('./health')),
  },
];

/** Loads the screen of an address at once, beside the question who asks. What fails is told when it is shown. */
export function beginScreen(at: string): void {
  const found = SCREENS.find(({ path }) => new RegExp(`^${path.replace(/:\w+/, '[^/]+')}$`).test(at));
  found?.component.begin().catch(() => {});
}
