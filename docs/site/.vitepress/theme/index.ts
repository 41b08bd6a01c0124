// The site's looks: the default theme, in the colours of the examples.

import { useRoute } from "vitepress";
import DefaultTheme from "vitepress/theme-without-fonts";
import { nextTick, onMounted, watch } from "vue";
import "./style.css";

export default {
  extends: DefaultTheme,
  setup() {
    const route = useRoute();
    /** Pages without a text of their own, home and 404, have no main part in the theme. */
    function nameMain(): void {
      const content = document.getElementById("VPContent");
      if (content?.querySelector("main")) content.removeAttribute("role");
      else content?.setAttribute("role", "main");
    }
    onMounted(nameMain);
    watch(
      () => route.path,
      () => nextTick(nameMain),
    );
  },
};
