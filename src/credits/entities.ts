import { Hold } from './hold.entity';
import { Entry, Journal } from './journal.entity';
import { Lot } from './lot.entity';
import { Operation } from './operation.entity';
import { Rate } from './rate.entity';
import { Usage, UsageDay, UsagePartRow } from './usage.entity';
import { Wallet } from './wallet.entity';

export const CREDIT_ENTITIES = [
  Journal,
  Entry,
  Wallet,
  Lot,
  Hold,
  Operation,
  Rate,
  Usage,
  UsagePartRow,
  UsageDay,
];
