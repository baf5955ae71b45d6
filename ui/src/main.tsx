import "./styles/tokens.css";
import "./styles/base.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { createPlatform } from "#platform";
import { App } from "./App";

const root = document.getElementById("root");
if (root) {
  const platform = await createPlatform();
  createRoot(root).render(
    <StrictMode>
      <App platform={platform} />
    </StrictMode>,
  );
}
