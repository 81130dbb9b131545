import { mount } from '../shared/mount';

mount(<main>console</main>);
