// What a page of the documents does beyond being read: the theme, the search, and copying code.
import './docs.css';
import { addCopying } from './copying';
import { addSearch } from './search';
import { addTheme } from './theme';

addTheme();
addSearch();
addCopying();
