import { Page } from "../../frame/Page";
import type { RepositoriesSearch } from "./address";

export function RepositoryPage({ id, search }: { id: number; search: RepositoriesSearch }) {
  return <Page title={String(id)} foot={search.q ?? ""} />;
}
