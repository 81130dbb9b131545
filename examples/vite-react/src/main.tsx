import { GatewayProvider } from '@credits-gateway/react';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app';
import { creditsToken, readSession } from './back-end';
import './style.css';

const root = document.getElementById('root');
if (!root) throw new Error('The page has no place for the app.');

const { userId, creditsUrl } = await readSession();
createRoot(root).render(
  <StrictMode>
    <GatewayProvider key={userId} url={creditsUrl} token={creditsToken}>
      <App />
    </GatewayProvider>
  </StrictMode>,
);
