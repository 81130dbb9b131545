// A receipt as a page: read on a telephone, printed on one sheet, and made of nothing that comes from elsewhere.
import { formatMoney } from '../kernel/money';
import type { Receipt, Returned } from './find-receipt';
import { type ReceiptLanguage, type ReceiptTexts, textsIn } from './texts';

/** The page's only style and only script: the policy names them by their hashes. */
export const RECEIPT_STYLE = `
:root{color-scheme:light dark;--text:light-dark(#1a1d29,#e8eaf2);--quiet:light-dark(#5b6072,#a3a9bd);--page:light-dark(#f6f7f9,#11131b);
--surface:light-dark(#fff,#191c27);--line:light-dark(#e0e3eb,#303546);--accent:light-dark(#3b4fd8,#8b9bff);--on:light-dark(#fff,#10131f)}
*{box-sizing:border-box}body{margin:0;padding:24px 16px;background:var(--page);color:var(--text);font:16px/1.5 system-ui,"Noto Sans Devanagari",sans-serif}
main{max-width:640px;margin:auto;padding:32px;background:var(--surface);border:1px solid var(--line);border-radius:12px}
header{display:flex;flex-wrap:wrap;gap:16px 32px;justify-content:space-between}h1{margin:0;font-size:26px;line-height:1.2}
.mark{margin:0 0 24px;padding:10px 14px;border:1px solid currentColor;border-radius:8px;font-size:14px}
address{font-style:normal;text-align:right;overflow-wrap:anywhere}address b{display:block;font-size:18px}
dl{display:grid;grid-template-columns:max-content 1fr;gap:4px 20px;margin:24px 0;overflow-wrap:anywhere}dt,.quiet{color:var(--quiet)}dd{margin:0}
table{width:100%;border-collapse:collapse}th{color:var(--quiet);font-weight:400;text-align:left}th,td{padding:10px 0;border-top:1px solid var(--line);vertical-align:top}
thead th{border:0;padding-bottom:4px}td:last-child,th:last-child{padding-left:16px;text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
tbody th{color:inherit}small{display:block;color:var(--quiet)}.sub th,.sub td{padding-top:0;border:0;color:var(--quiet)}.sum th,.sum td{border-top:2px solid var(--text);font-weight:700}.sum th{color:var(--text)}
nav{display:flex;gap:16px;align-items:center;max-width:640px;margin:16px auto}nav a{color:var(--accent)}
button{padding:10px 20px;border:0;border-radius:8px;background:var(--accent);color:var(--on);font:inherit;font-weight:600;cursor:pointer}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
@media(max-width:480px){main{padding:20px}address{text-align:left}dl{grid-template-columns:1fr}dd{margin-bottom:8px}}
@media print{:root{color-scheme:light}body{padding:0;background:#fff;font-size:11pt}main{max-width:none;padding:0;border:0}nav{display:none}tr{break-inside:avoid}}
@page{margin:20mm}`;
export const RECEIPT_SCRIPT = "document.querySelector('button').addEventListener('click',()=>print())";

const SIGNS: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const safe = (text: string): string => text.replace(/[&<>"]/g, (sign) => SIGNS[sign] ?? sign);

/** Figures and days as the country of the language writes them. */
const LOCALES: Readonly<Record<ReceiptLanguage, string>> = { en: 'en-IN', hi: 'hi-IN' };

/** @returns the whole document; everything that people or providers wrote is escaped */
export function receiptPage(receipt: Receipt, language: ReceiptLanguage, otherLanguage: string): string {
  const texts = textsIn(language);
  const mark = receipt.isMock ? `<p class="mark">${safe(texts.mock)}</p>` : '';
  return `<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="robots" content="noindex"><title>${safe(`${texts.receipt} ${receipt.number}`)}</title><style>${RECEIPT_STYLE}</style></head>
<body><main>${mark}<header><h1>${safe(texts.receipt)}</h1>${seller(receipt, texts)}</header>
${facts(receipt, texts, language)}${lines(receipt, texts, language)}</main>
<nav><button type="button">${safe(texts.print)}</button><a href="${safe(otherLanguage)}" lang="${language === 'en' ? 'hi' : 'en'}">${texts.other}</a></nav>
<script>${RECEIPT_SCRIPT}</script></body></html>
`;
}

function seller({ merchant }: Receipt, texts: ReceiptTexts): string {
  const more = [
    ...merchant.address,
    ...(merchant.taxNumber ? [`${texts.taxNumber}: ${merchant.taxNumber}`] : []),
    ...(merchant.contact ? [`${texts.questions}: ${merchant.contact}`] : []),
  ];
  return `<address aria-label="${safe(texts.soldBy)}"><b>${safe(merchant.name)}</b>${more.map(safe).join('<br>')}</address>`;
}

function facts(receipt: Receipt, texts: ReceiptTexts, language: ReceiptLanguage): string {
  const { method, paymentId } = receipt;
  const rows: [string, string][] = [
    [texts.number, receipt.number],
    [texts.paidOn, instant(receipt.paidAt, language)],
    [texts.customer, receipt.userId],
    ...(method ? [[texts.paidBy, methodIn(method, texts)] as [string, string]] : []),
    ...(paymentId ? [[texts.payment, paymentId] as [string, string]] : []),
  ];
  return `<dl>${rows.map(([name, value]) => `<dt>${safe(name)}</dt><dd>${safe(value)}</dd>`).join('')}</dl>`;
}

function methodIn(method: NonNullable<Receipt['method']>, texts: ReceiptTexts): string {
  const kind = texts.kinds[method.kind] ?? method.kind;
  const brand = method.brand ? ` (${method.brand})` : '';
  return `${kind}${brand}${method.last4 ? ` ${texts.ending(method.last4)}` : ''}`;
}

function lines(receipt: Receipt, texts: ReceiptTexts, language: ReceiptLanguage): string {
  const { amountMinor, currency, tax, returned } = receipt;
  const money = (minor: bigint) => safe(formatMoney({ amountMinor: minor, currency }, LOCALES[language]));
  const row = (what: string, minor: bigint, kind = '') =>
    `<tr class="${kind}"><th scope="row">${what}</th><td>${money(minor)}</td></tr>`;
  const credits = texts.credits(receipt.credits.toLocaleString(LOCALES[language]));
  const bought = row(`${safe(receipt.packageName)}<small>${safe(credits)}</small>`, amountMinor);
  const taxed = tax
    ? row(safe(texts.tax(tax.name, percentOf(tax.basisPoints))), tax.amountMinor, 'sub') +
      row(safe(texts.net), amountMinor - tax.amountMinor, 'sub')
    : '';
  const back = returned.map((one) => row(returnedIn(one, texts, language), -one.amountMinor)).join('');
  const left = returned.reduce((rest, one) => rest - one.amountMinor, amountMinor);
  const kept = returned.length > 0 ? row(safe(texts.kept), left, 'sum') : '';
  return `<table><thead><tr><th scope="col">${safe(texts.item)}</th><th scope="col">${safe(texts.amount)}</th></tr></thead><tbody>
${bought}${row(safe(texts.total), amountMinor, 'sum')}${taxed}${back}${kept}</tbody></table>`;
}

function returnedIn({ kind, isUnderWay, at }: Returned, texts: ReceiptTexts, language: ReceiptLanguage) {
  const when = instant(at, language);
  return `${safe(texts[kind])}<small>${safe(isUnderWay ? `${when} · ${texts.underWay}` : when)}</small>`;
}

const instant = (at: Date, language: ReceiptLanguage): string =>
  `${new Intl.DateTimeFormat(LOCALES[language], { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' }).format(at)} UTC`;

/** 1800 as 18 %, 1850 as 18.5 %. */
const percentOf = (basisPoints: bigint): string => `${Number(basisPoints) / 100} %`;
