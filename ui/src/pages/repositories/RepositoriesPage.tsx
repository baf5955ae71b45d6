import { Page } from "../../frame/Page";
import type { RepositoriesSearch } from "./address";

export function RepositoriesPage({ search }: { search: RepositoriesSearch }) {
  return <Page title="Repositories" foot={search.q ?? ""} />;
}
