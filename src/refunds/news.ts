import path from 'node:path';

/** The function behind the door for news about payments: it knows refunds too. See news.sql. */
export const NEWS_DOOR = 'settle_news';
export const NEWS_SQL = path.join(__dirname, 'news.sql');
