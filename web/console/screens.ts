// Every screen: one line here, one file beside. A screen's code is loaded when it is opened.
import { type ComponentType, lazy } from 'react';
import type { OperatorRole } from './session';

export interface Screen {
  readonly path: string;
  /** Left out: it is reached from another screen, not from the menu. */
  readonly title?: string;
  readonly group?: 'Payments' | 'Integration' | 'Finance' | 'Settings';
  readonly role: OperatorRole;
  readonly component: ComponentType<{ readonly params: Readonly<Record<string, string | undefined>> }>;
}

const screen = (load: () => Promise<{ Screen: Screen['component'] }>) =>
  lazy(async () => ({ default: (await load()).Screen }));

export const SCREENS: readonly Screen[] = [
  { path: '/', title: 'Overview', role: 'support', component: screen(() => import('./overview')) },
  {
    path: '/payments',
    title: 'Payments',
    group: 'Payments',
    role: 'support',
    component: screen(() => import('./payments/list')),
  },
  { path: '/payments/:id', role: 'support', component: screen(() => import('./payments/detail')) },
  {
    path: '/refunds',
    title: 'Refunds',
    group: 'Payments',
    role: 'support',
    component: screen(() => import('./refunds/list')),
  },
  {
    path: '/users',
    title: 'Users',
    group: 'Payments',
    role: 'support',
    component: screen(() => import('./users/find')),
  },
  { path: '/users/:id', role: 'support', component: screen(() => import('./users/detail')) },
  {
    path: '/webhooks',
    title: 'Webhook events',
    group: 'Integration',
    role: 'support',
    component: screen(() => import('./webhooks/list')),
  },
  { path: '/webhooks/:id', role: 'support', component: screen(() => import('./webhooks/detail')) },
  {
    path: '/deliveries',
    title: 'Deliveries',
    group: 'Integration',
    role: 'support',
    component: screen(() => import('./deliveries/list')),
  },
  {
    path: '/endpoints',
    title: 'Endpoints',
    group: 'Integration',
    role: 'support',
    component: screen(() => import('./deliveries/endpoints')),
  },
  {
    path: '/ledger',
    title: 'Ledger',
    group: 'Finance',
    role: 'finance',
    component: screen(() => import('./ledger/entries')),
  },
  {
    path: '/accounts',
    title: 'Accounts',
    group: 'Finance',
    role: 'finance',
    component: screen(() => import('./ledger/accounts')),
  },
  {
    path: '/packages',
    title: 'Packages',
    group: 'Settings',
    role: 'support',
    component: screen(() => import('./packages')),
  },
  {
    path: '/keys',
    title: 'API keys',
    group: 'Settings',
    role: 'admin',
    component: screen(() => import('./keys')),
  },
  {
    path: '/audit',
    title: 'Audit log',
    group: 'Settings',
    role: 'admin',
    component: screen(() => import('./audit')),
  },
  {
    path: '/disputes',
    title: 'Disputes',
    group: 'Payments',
    role: 'support',
    component: screen(() => import('./finance/disputes')),
  },
  {
    path: '/approvals',
    title: 'Approvals',
    group: 'Finance',
    role: 'finance',
    component: screen(() => import('./finance/approvals')),
  },
  {
    path: '/exports',
    title: 'Exports',
    group: 'Finance',
    role: 'finance',
    component: screen(() => import('./finance/exports')),
  },
  {
    path: '/reconciliation',
    title: 'Reconciliation',
    group: 'Finance',
    role: 'finance',
    component: screen(() => import('./reconciliation/runs')),
  },
  { path: '/reconciliation/:id', role: 'finance', component: screen(() => import('./reconciliation/run')) },
  { path: '/breaks', role: 'finance', component: screen(() => import('./reconciliation/breaks')) },
  {
    path: '/health',
    title: 'Health',
    group: 'Settings',
    role: 'support',
    component: screen(() => import('./health')),
  },
];
