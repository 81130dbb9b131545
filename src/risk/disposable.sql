-- Whether mail to a domain is thrown away: the best known of those who offer that. They change daily, so that a list is never whole;
-- what an operator meets besides goes on the blocklist. Null: nobody knows the domain.
create or replace function is_disposable(p_domain text)
returns boolean
language sql immutable parallel safe as $$
  select p_domain = any(array[
    '0-mail.com', '10minutemail.com', '10minutemail.net', '1secmail.com', '1secmail.net', '1secmail.org', '20minutemail.com',
    'anonbox.net', 'burnermail.io', 'byom.de', 'crazymailing.com', 'discard.email', 'discardmail.com', 'discardmail.de',
    'dispostable.com', 'dropmail.me', 'emailfake.com', 'emailondeck.com', 'fakeinbox.com', 'fakemailgenerator.com',
    'generator.email', 'getairmail.com', 'getnada.com', 'grr.la', 'guerrillamail.biz', 'guerrillamail.com', 'guerrillamail.de',
    'guerrillamail.net', 'guerrillamail.org', 'guerrillamailblock.com', 'harakirimail.com', 'inboxkitten.com',
    'incognitomail.org', 'jetable.org', 'mailcatch.com', 'maildrop.cc', 'mailinator.com', 'mailnesia.com', 'mailnull.com',
    'mailpoof.com', 'mailsac.com', 'meltmail.com', 'mintemail.com', 'moakt.com', 'mohmal.com', 'mytemp.email', 'nada.email',
    'sharklasers.com', 'spam4.me', 'spamgourmet.com', 'temp-mail.io', 'temp-mail.org', 'tempail.com', 'tempinbox.com',
    'tempmail.com', 'tempmailo.com', 'tempr.email', 'throwawaymail.com', 'tmpmail.org', 'trashmail.com', 'trashmail.de',
    'trashmail.net', 'wegwerfemail.de', 'yopmail.com', 'yopmail.fr', 'yopmail.net']);
$$;
