import { Hold } from './hold.entity';
import { Entry, Journal } from './journal.entity';
import { Lot } from './lot.entity';
import { Wallet } from './wallet.entity';

export const CREDIT_ENTITIES = [Journal, Entry, Wallet, Lot, Hold];
