import js from "@eslint/js";
import a11y from "eslint-plugin-jsx-a11y";
import react from "eslint-plugin-react";
import hooks from "eslint-plugin-react-hooks";
import ts from "typescript-eslint";

/** What a room must not know. Types of the border may be named everywhere but in components. */
const BINDINGS = {
  group: ["**/ipc/bindings"],
  allowTypeImports: true,
  message: "Values of the bindings are only for ipc/tauri.ts.",
};
const SHELL = { group: ["@tauri-apps/*"], message: "Only ipc/tauri.ts knows the shell." };
const FAKE = { group: ["**/ipc/tauri", "**/ipc/fake", "**/ipc/fake/*"], message: "Who answers is chosen in main.ts." };
const room = (files, ...patterns) => ({
  files,
  rules: { "@typescript-eslint/no-restricted-imports": ["error", { patterns: [BINDINGS, SHELL, FAKE, ...patterns] }] },
});

export default ts.config(
  { ignores: ["dist", "dist-fake", "node_modules", "src/ipc/bindings.ts"] },
  js.configs.recommended,
  ...ts.configs.strictTypeChecked,
  a11y.flatConfigs.strict,
  react.configs.flat.recommended,
  react.configs.flat["jsx-runtime"],
  hooks.configs.flat.recommended,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    settings: { react: { version: "detect" } },
    rules: {
      "no-console": "error",
      "react/no-danger": "error",
      "react/button-has-type": "error",
      "react/prop-types": "off",
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-invalid-void-type": ["error", { allowInGenericTypeArguments: true }],
      // A grid, a listbox and a group of choices are what these elements are here.
      "jsx-a11y/no-noninteractive-element-to-interactive-role": "off",
      "jsx-a11y/interactive-supports-focus": "off",
      // A region that scrolls by itself is scrolled by keys only where it can have the focus.
      "jsx-a11y/no-noninteractive-tabindex": ["error", { tags: ["h1"], roles: ["tabpanel", "grid", "region"] }],
      "jsx-a11y/no-autofocus": "off",
      // About a compiler that is not used here.
      "react-hooks/incompatible-library": "off",
    },
  },
  room(["src/**/*.{ts,tsx}"]),
  room(
    ["src/components/**/*.{ts,tsx}"],
    {
      group: ["**/ipc/*", "**/data/*", "**/pages/**", "**/frame/*", "**/actions/*"],
      message: "A component knows no page and no data.",
    },
  ),
  room(["src/data/**/*.{ts,tsx}"], {
    group: ["**/pages/**", "**/frame/*", "**/actions/*", "**/components/*"],
    message: "Data knows nobody who shows it.",
  }),
  {
    files: ["src/ipc/**/*.ts", "src/main.ts", "src/testing/**", "src/**/*.test.{ts,tsx}"],
    rules: { "@typescript-eslint/no-restricted-imports": "off" },
  },
  {
    files: ["**/*.test.{ts,tsx}", "src/testing/**", "src/ipc/fake/**"],
    rules: { "@typescript-eslint/require-await": "off", "@typescript-eslint/no-non-null-assertion": "off" },
  },
  { files: ["*.js", "public/*.js"], ...ts.configs.disableTypeChecked },
  { files: ["public/*.js"], languageOptions: { globals: { document: true, localStorage: true, matchMedia: true } } },
);
