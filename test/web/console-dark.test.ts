// Each scheme has a file, so that two workers share the screens.
import { testScreens } from './console-screens';

testScreens('dark');
